using SkiaSharp;

namespace Pipeline.Models.Pictures;

/// <summary>
/// Reads PNG, JPEG and WebP files into <see cref="RgbPicture"/>s as Pillow's <c>Image.open(file).convert("RGB")</c> does: alpha is dropped
/// and not blended, colour profiles are ignored, EXIF orientation is ignored unless asked for. Gray of 16 bits is scaled down to 8.
/// The only place that touches the codecs (SkiaSharp).
/// </summary>
/// <param name="limits">What a picture may cost; null for the defaults.</param>
/// <param name="honourOrientation">Whether to turn and mirror the picture as its EXIF orientation says.</param>
public sealed class PictureDecoder(PictureLimits? limits = null, bool honourOrientation = false)
{
    readonly PictureLimits limits = limits ?? new PictureLimits();

    /// <summary>Decodes the file at <paramref name="path"/>.</summary>
    /// <exception cref="PictureException">It is missing, too large, of another kind, corrupt or truncated.</exception>
    public RgbPicture Decode(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Decode(file, path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new PictureException(path, $"cannot be opened ({problem.Message})", problem);
        }
    }

    /// <summary>
    /// Decodes what <paramref name="stream"/> holds from its position to its end; <paramref name="name"/> is for error messages.
    /// </summary>
    /// <exception cref="PictureException">It is too large, of another kind, corrupt or truncated.</exception>
    public RgbPicture Decode(Stream stream, string name) => Decode(ReadWithin(stream, name), name);

    /// <summary>Decodes <paramref name="file"/>, the bytes of a whole file; <paramref name="name"/> is for error messages.</summary>
    /// <exception cref="PictureException">It is too large, of another kind, corrupt or truncated.</exception>
    public RgbPicture Decode(byte[] file, string name)
    {
        if (file.LongLength > limits.FileBytes)
            throw new PictureException(name, $"has {file.LongLength} bytes, more than the {limits.FileBytes} allowed");
        if (file.Length == 0)
            throw new PictureException(name, "is empty");

        using var source = new TimedStream(file, limits.DecodeTime);
        using var codec = SKCodec.Create(source, out var opened) ?? throw (source.Expired
            ? TooSlow(name)
            : new PictureException(name, $"is not a PNG, JPEG or WebP file, or its header is damaged ({opened})"));
        if (codec.EncodedFormat is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Webp))
            throw new PictureException(name, $"is a {codec.EncodedFormat} file; PNG, JPEG and WebP are read");

        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (width > limits.Width || height > limits.Height || (long)width * height > limits.Pixels)
            throw new PictureException(
                name, $"is {width}x{height}; at most {limits.Width}x{limits.Height} and {limits.Pixels} pixels are allowed");

        // No colour space: values come as stored. Unpremultiplied: a transparent pixel keeps its colour.
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul, null);
        var result = codec.GetPixels(info, out var rgba);
        if (source.Expired)
            throw TooSlow(name);
        if (result != SKCodecResult.Success)
            throw new PictureException(name, result == SKCodecResult.IncompleteInput ? "is truncated" : $"is damaged ({result})");

        var picture = new RgbPicture(width, height, DropAlpha(rgba));
        return honourOrientation ? Orientation.Apply(picture, (int)codec.EncodedOrigin) : picture;
    }

    PictureException TooSlow(string name) => new(name, $"takes longer than {limits.DecodeTime.TotalSeconds:0.###} s to decode");

    byte[] ReadWithin(Stream stream, string name)
    {
        using var copy = new MemoryStream();
        var buffer = new byte[81920];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            copy.Write(buffer, 0, read);
            if (copy.Length > limits.FileBytes)
                throw new PictureException(name, $"has more than the {limits.FileBytes} bytes allowed");
        }

        return copy.ToArray();
    }

    static byte[] DropAlpha(byte[] rgba)
    {
        var rgb = new byte[rgba.Length / 4 * 3];
        for (int from = 0, to = 0; from < rgba.Length; from += 4, to += 3)
            (rgb[to], rgb[to + 1], rgb[to + 2]) = (rgba[from], rgba[from + 1], rgba[from + 2]);
        return rgb;
    }

    /// <summary>A file in memory that seems to end when its time is up, so that no codec works on it for longer.</summary>
    sealed class TimedStream(byte[] file, TimeSpan time) : MemoryStream(file, writable: false)
    {
        readonly long start = Environment.TickCount64;

        public bool Expired => Environment.TickCount64 - start >= time.TotalMilliseconds;

        public override int Read(byte[] buffer, int offset, int count) => Expired ? 0 : base.Read(buffer, offset, count);
    }
}
