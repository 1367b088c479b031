namespace Pipeline.Models.Pictures;

/// <summary>EXIF orientation (tag 0x0112): where row 0 and column 0 of the stored picture lie in the scene.</summary>
static class Orientation
{
    /// <summary>
    /// <paramref name="picture"/> turned upright; <paramref name="orientation"/> is 1 to 8, everything else means upright already.
    /// </summary>
    public static RgbPicture Apply(RgbPicture picture, int orientation)
    {
        if (orientation is < 2 or > 8)
            return picture;

        // From 5 on, stored rows are columns of the scene.
        var transposed = orientation >= 5;
        var (width, height) = transposed ? (picture.Height, picture.Width) : (picture.Width, picture.Height);
        var mirrorX = orientation is 2 or 3 or 6 or 7;
        var mirrorY = orientation is 3 or 4 or 7 or 8;
        var upright = new byte[picture.Pixels.Length];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var across = mirrorX ? width - 1 - x : x;
                var down = mirrorY ? height - 1 - y : y;
                var (column, row) = transposed ? (down, across) : (across, down);
                picture.Pixels.AsSpan(3 * (row * picture.Width + column), 3).CopyTo(upright.AsSpan(3 * (y * width + x)));
            }

        return new RgbPicture(width, height, upright);
    }
}
