namespace Pipeline.Models.Pictures;

/// <summary>Pictures side by side on white, as photographers print them.</summary>
public static class ContactSheet
{
    const int Gap = 8;
    const int LeastCell = 256;

    /// <summary>
    /// A sheet of pictures of one size in rows. Small ones are enlarged by a whole number, pixel by pixel, until a person can see them.
    /// </summary>
    /// <param name="pictures">The pictures; null where there is none, which stays gray.</param>
    /// <param name="columns">Pictures in a row; at least 1.</param>
    /// <exception cref="ArgumentException">There is no picture, or they differ in size.</exception>
    public static RgbPicture Of(IReadOnlyList<RgbPicture?> pictures, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        var first = pictures.FirstOrDefault(picture => picture is not null)
            ?? throw new ArgumentException("There is no picture for the sheet.", nameof(pictures));
        if (pictures.Any(picture => picture is not null && (picture.Width, picture.Height) != (first.Width, first.Height)))
            throw new ArgumentException("The pictures of a sheet have one size.", nameof(pictures));

        var scale = Math.Max(1, LeastCell / Math.Max(first.Width, first.Height));
        var (cellWidth, cellHeight) = (first.Width * scale, first.Height * scale);
        columns = Math.Min(columns, pictures.Count);
        var rows = (pictures.Count + columns - 1) / columns;
        var (width, height) = (Gap + columns * (cellWidth + Gap), Gap + rows * (cellHeight + Gap));
        var pixels = new byte[3 * width * height];
        pixels.AsSpan().Fill(byte.MaxValue);
        for (var i = 0; i < pictures.Count; i++)
        {
            var (left, top) = (Gap + i % columns * (cellWidth + Gap), Gap + i / columns * (cellHeight + Gap));
            for (var y = 0; y < cellHeight; y++)
                for (var x = 0; x < cellWidth; x++)
                    Pixel(pictures[i], x / scale, y / scale, pixels.AsSpan(((top + y) * width + left + x) * 3, 3));
        }

        return new RgbPicture(width, height, pixels);
    }

    static void Pixel(RgbPicture? picture, int x, int y, Span<byte> to)
    {
        if (picture is null) to.Fill(200);
        else picture.Pixels.AsSpan((y * picture.Width + x) * 3, 3).CopyTo(to);
    }
}
