namespace Pipeline.Models.Pictures;

/// <summary>A decoded picture: 8 bits per channel, red, green, blue, rows from the top (HWC).</summary>
public sealed class RgbPicture
{
    /// <summary>
    /// A picture of <paramref name="width"/> x <paramref name="height"/> over <paramref name="pixels"/>, which is not copied.
    /// </summary>
    /// <exception cref="ArgumentException">A side is below 1, or the number of bytes is not width * height * 3.</exception>
    public RgbPicture(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.LongLength != 3L * width * height)
        {
            throw new ArgumentException(
                $"{width}x{height} pixels are {3L * width * height} bytes, not {pixels.LongLength}.", nameof(pixels));
        }

        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>Columns; at least 1.</summary>
    public int Width { get; }

    /// <summary>Rows; at least 1.</summary>
    public int Height { get; }

    /// <summary>Height * Width * 3 bytes.</summary>
    public byte[] Pixels { get; }
}
