namespace Pipeline.Models.Pictures;

/// <summary>
/// Turns pictures into what a vision network reads, with the arithmetic of Hugging Face's image processors: 8-bit resize as Pillow does it,
/// rescaling in double precision, normalisation in single precision.
/// </summary>
public sealed class PicturePreprocessor
{
    readonly PreprocessorConfig config;

    /// <summary>For each channel, the value of each grey level: 256 levels cost no arithmetic per pixel.</summary>
    readonly float[][] levels;

    /// <summary>A preprocessor after <paramref name="config"/>.</summary>
    /// <exception cref="InvalidDataException">The configuration does not fix the size of what comes out.</exception>
    public PicturePreprocessor(PreprocessorConfig config)
    {
        this.config = config;
        (Height, Width) = config.Crop ?? config.Size
            ?? throw new InvalidDataException("A preprocessor without height and width needs a crop_size: its output has no fixed size.");
        levels = [.. config.Mean.Zip(config.Std, (mean, std) => Levels(config.RescaleFactor, (float)mean, (float)std))];
    }

    /// <summary>Reads <c>preprocessor_config.json</c> of <paramref name="files"/>.</summary>
    /// <exception cref="InvalidDataException">See <see cref="PreprocessorConfig.Parse"/>.</exception>
    public static PicturePreprocessor Load(IModelFiles files)
    {
        using var reader = new StreamReader(files.OpenRead("preprocessor_config.json"));
        return new PicturePreprocessor(PreprocessorConfig.Parse(reader.ReadToEnd(), $"{files.Name}/preprocessor_config.json"));
    }

    /// <summary>Rows of the output.</summary>
    public int Height { get; }

    /// <summary>Columns of the output.</summary>
    public int Width { get; }

    /// <summary><paramref name="picture"/> as the network reads it: [3, Height, Width], channel by channel (CHW).</summary>
    public float[] Preprocess(RgbPicture picture)
    {
        var values = new float[3 * Height * Width];
        Preprocess(picture, values);
        return values;
    }

    /// <summary>The same into <paramref name="values"/>, which has 3 * Height * Width places: a row of a batch.</summary>
    public void Preprocess(RgbPicture picture, Span<float> values)
    {
        if (values.Length != 3 * Height * Width)
            throw new ArgumentException($"{values.Length} places for {3 * Height * Width} values.", nameof(values));

        // Only what the crop keeps is computed; outside of the picture is black.
        var (height, width) = ResizedTo(picture);
        var (top, left) = (Offset(height, Height), Offset(width, Width));
        var (firstRow, firstColumn) = (Math.Max(top, 0), Math.Max(left, 0));
        var (rows, columns) = (Math.Min(top + Height, height) - firstRow, Math.Min(left + Width, width) - firstColumn);
        var seen = PilResampler.Resize(picture, width, height, config.Resample, new Region(firstColumn, firstRow, columns, rows)).Pixels;

        for (var channel = 0; channel < 3; channel++)
        {
            var level = levels[channel];
            var plane = values.Slice(channel * Height * Width, Height * Width);
            plane.Fill(level[0]);
            for (var row = 0; row < rows; row++)
            {
                var line = plane.Slice((firstRow - top + row) * Width + firstColumn - left, columns);
                var from = 3 * row * columns + channel;
                for (var column = 0; column < columns; column++, from += 3)
                    line[column] = level[seen[from]];
            }
        }
    }

    /// <summary>The size of the whole picture after resizing.</summary>
    (int Height, int Width) ResizedTo(RgbPicture picture)
    {
        if (config.Size is { } size)
            return size;
        if (config.ShortestEdge is not { } edge)
            return (picture.Height, picture.Width);
        var (shorter, longer) = (Math.Min(picture.Width, picture.Height), Math.Max(picture.Width, picture.Height));
        var along = (int)((double)((long)edge * longer) / shorter);
        return picture.Width <= picture.Height ? (along, edge) : (edge, along);
    }

    /// <summary>The resized picture's row (or column) that is the output's first; negative when black comes first.</summary>
    int Offset(int length, int crop) => config.CropRounding switch
    {
        CropRounding.HalfEven => length >= crop
            ? (int)Math.Round((length - crop) / 2.0, MidpointRounding.ToEven)
            : -((crop - length) / 2),
        _ => (int)Math.Floor((length - crop) / 2.0),
    };

    static float[] Levels(double factor, float mean, float std)
    {
        var values = new float[256];
        for (var level = 0; level < values.Length; level++)
            values[level] = ((float)(level * factor) - mean) / std;
        return values;
    }
}
