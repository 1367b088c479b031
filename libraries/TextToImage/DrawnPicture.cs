using Pipeline.Models.Pictures;

namespace Pipeline.TextToImage;

/// <summary>What came of one drawing.</summary>
/// <param name="Picture">The picture; null when it is invalid.</param>
/// <param name="Invalid">Why it is none; null when it is valid.</param>
public sealed record DrawnPicture(RgbPicture? Picture, string? Invalid)
{
    /// <summary>From what the VAE's decoder gave, [3, height, width] in -1 to 1, to 8 bits as diffusers rounds them.</summary>
    public static DrawnPicture From(ReadOnlySpan<float> values, int height, int width)
    {
        var plane = height * width;
        var pixels = new byte[3 * plane];
        var brightest = 0;
        for (var channel = 0; channel < 3; channel++)
            for (var i = 0; i < plane; i++)
            {
                var value = values[channel * plane + i];
                if (!float.IsFinite(value)) return new DrawnPicture(null, "numbers that are not finite");
                var level = (byte)MathF.Round(Math.Clamp(value / 2 + 0.5f, 0, 1) * 255);
                pixels[i * 3 + channel] = level;
                brightest = Math.Max(brightest, level);
            }

        // A safety filter answers with exactly this; a drawing of the night still has a pixel that is not quite black.
        return brightest == 0
            ? new DrawnPicture(null, "every pixel is black")
            : new DrawnPicture(new RgbPicture(width, height, pixels), null);
    }
}
