using Pipeline.Models.Pictures;

namespace Pipeline.FullSize.Weights;

/// <summary>Pictures of nothing.</summary>
public static class Noise
{
    /// <summary>The bytes of a PNG file; another number gives another picture.</summary>
    public static byte[] Png(int number, int size)
    {
        var pixels = new byte[3 * size * size];
        new Random(number).NextBytes(pixels);
        return PictureEncoder.Png(new RgbPicture(size, size, pixels));
    }
}
