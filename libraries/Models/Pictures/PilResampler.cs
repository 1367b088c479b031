namespace Pipeline.Models.Pictures;

/// <summary>The interpolations that preprocessor configurations ask for, with Pillow's numbers.</summary>
public enum Resample
{
    /// <summary>A triangle of radius 1.</summary>
    Bilinear = 2,

    /// <summary>Keys' cubic of radius 2 with a = -0.5.</summary>
    Bicubic = 3,
}

/// <summary>A rectangle of pixels.</summary>
/// <param name="Left">Its first column.</param>
/// <param name="Top">Its first row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct Region(int Left, int Top, int Width, int Height);

/// <summary>
/// Resizes as Pillow's <c>Image.resize</c> does, bit by bit (libImaging/Resample.c describes the method): the filter widens by the scale
/// when the picture shrinks, rows are done before columns, weights are fixed-point numbers of 22 bits and values are rounded to 8 bits
/// between the two passes. Models were trained on pictures resized so; other resizers are up to 37 grey levels off.
/// </summary>
public static class PilResampler
{
    const int FractionBits = 22;

    /// <summary><paramref name="picture"/> resized to <paramref name="width"/> x <paramref name="height"/>, both at least 1.</summary>
    public static RgbPicture Resize(RgbPicture picture, int width, int height, Resample resample) =>
        Resize(picture, width, height, resample, new Region(0, 0, width, height));

    /// <summary>
    /// <paramref name="region"/> of what the picture would be when resized to <paramref name="width"/> x <paramref name="height"/>; the
    /// rest is never computed, so that a thin strip enlarged a thousandfold costs no more than the part that is looked at.
    /// </summary>
    public static RgbPicture Resize(RgbPicture picture, int width, int height, Resample resample, Region region)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (region.Left < 0 || region.Top < 0 || region.Left + region.Width > width || region.Top + region.Height > height)
            throw new ArgumentException($"{region} is not within {width}x{height}.", nameof(region));

        var (rows, pixels) = (picture.Height, picture.Pixels);
        if (width != picture.Width || region.Width != width)
            pixels = AlongRows(pixels, picture.Width, rows, Taps(picture.Width, width, region.Left, region.Width, resample));
        if (height != rows || region.Height != height)
            pixels = AlongColumns(pixels, region.Width, Taps(rows, height, region.Top, region.Height, resample));
        return ReferenceEquals(pixels, picture.Pixels) ? picture : new RgbPicture(region.Width, region.Height, pixels);
    }

    /// <summary>The inputs from <paramref name="First"/> on that make one output, and their weights times 2^22.</summary>
    readonly record struct Tap(int First, int[] Weights);

    static Tap[] Taps(int inputs, int outputs, int firstOutput, int count, Resample resample)
    {
        var scale = (double)inputs / outputs;
        var stretch = Math.Max(scale, 1);
        var radius = stretch * (resample == Resample.Bilinear ? 1 : 2);
        var taps = new Tap[count];
        for (var tap = 0; tap < count; tap++)
        {
            var centre = (firstOutput + tap + 0.5) * scale;
            var first = Math.Max((int)(centre - radius + 0.5), 0);
            var weights = new double[Math.Min((int)(centre + radius + 0.5), inputs) - first];
            var sum = 0.0;
            for (var i = 0; i < weights.Length; i++)
                sum += weights[i] = Kernel((first + i - centre + 0.5) * (1 / stretch), resample);
            taps[tap] = new Tap(first, Array.ConvertAll(weights, weight => ToFixedPoint(sum == 0 ? weight : weight / sum)));
        }

        return taps;
    }

    static double Kernel(double x, Resample resample)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        return resample switch
        {
            Resample.Bilinear => x < 1 ? 1 - x : 0,
            Resample.Bicubic => x < 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0,
            _ => throw new ArgumentOutOfRangeException(nameof(resample), resample, "Bilinear and bicubic are known."),
        };
    }

    static int ToFixedPoint(double weight) => (int)(weight * (1 << FractionBits) + (weight < 0 ? -0.5 : 0.5));

    static byte ToByte(int sum) => (byte)Math.Clamp(sum >> FractionBits, 0, 255);

    static byte[] AlongRows(byte[] pixels, int width, int rows, Tap[] taps)
    {
        var result = new byte[3 * taps.Length * rows];
        var to = 0;
        for (var row = 0; row < rows; row++)
            foreach (var (first, weights) in taps)
            {
                var (red, green, blue) = (1 << (FractionBits - 1), 1 << (FractionBits - 1), 1 << (FractionBits - 1));
                var from = 3 * (row * width + first);
                foreach (var weight in weights)
                {
                    red += pixels[from++] * weight;
                    green += pixels[from++] * weight;
                    blue += pixels[from++] * weight;
                }

                result[to++] = ToByte(red);
                result[to++] = ToByte(green);
                result[to++] = ToByte(blue);
            }

        return result;
    }

    static byte[] AlongColumns(byte[] pixels, int width, Tap[] taps)
    {
        var stride = 3 * width;
        var result = new byte[stride * taps.Length];
        var sums = new int[stride];
        for (var row = 0; row < taps.Length; row++)
        {
            var (first, weights) = taps[row];
            Array.Fill(sums, 1 << (FractionBits - 1));
            for (var i = 0; i < weights.Length; i++)
            {
                var line = pixels.AsSpan((first + i) * stride, stride);
                var weight = weights[i];
                for (var x = 0; x < line.Length; x++)
                    sums[x] += line[x] * weight;
            }

            for (var x = 0; x < stride; x++)
                result[row * stride + x] = ToByte(sums[x]);
        }

        return result;
    }
}
