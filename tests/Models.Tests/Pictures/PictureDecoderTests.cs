using Pipeline.Models.Pictures;
using SkiaSharp;

namespace Pipeline.Models.Tests.Pictures;

public sealed class PictureDecoderTests
{
    public static TheoryData<SKEncodedImageFormat> Formats =>
        [SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Webp];

    [Theory, MemberData(nameof(Formats))]
    public void Png_jpeg_and_webp_are_read(SKEncodedImageFormat format)
    {
        var picture = new PictureDecoder().Decode(Encode(20, 10, format), "a picture");
        (picture.Width, picture.Height).ShouldBe((20, 10));
        Math.Abs(picture.Pixels[0] - 200).ShouldBeLessThan(8);
        Math.Abs(picture.Pixels[1] - 100).ShouldBeLessThan(8);
        Math.Abs(picture.Pixels[2] - 50).ShouldBeLessThan(8);
    }

    [Theory, MemberData(nameof(Formats))]
    public void A_truncated_file_is_refused_by_name(SKEncodedImageFormat format)
    {
        var file = Encode(64, 64, format, noise: true);
        var problem = Should.Throw<PictureException>(() => new PictureDecoder().Decode(file[..(file.Length * 2 / 3)], "half.img"));
        problem.Name.ShouldBe("half.img");
        problem.Message.ShouldContain("half.img");
    }

    [Fact]
    public void A_file_that_is_no_picture_is_refused() => Refused("just text"u8.ToArray()).ShouldContain("is not a PNG, JPEG or WebP file");

    [Fact]
    public void An_empty_file_is_refused() => Refused([]).ShouldContain("is empty");

    [Fact]
    public void Another_picture_format_is_refused_by_its_name() =>
        Refused(Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")).ShouldContain("Gif");

    [Fact]
    public void A_missing_file_is_refused() =>
        Should.Throw<PictureException>(() => new PictureDecoder().Decode("/no/such/picture.png")).Message.ShouldContain("cannot be opened");

    // The pixels are cut off: whoever decoded before looking at the header would say "truncated".
    [Theory]
    [InlineData(19, 100, 1000, "is 20x10; at most 19x100 and 1000 pixels")]
    [InlineData(100, 9, 1000, "is 20x10; at most 100x9 and 1000 pixels")]
    [InlineData(100, 100, 199, "is 20x10; at most 100x100 and 199 pixels")]
    public void A_picture_beyond_a_limit_is_refused_before_it_is_decoded(int width, int height, int pixels, string expected) =>
        Refused(Encode(20, 10, SKEncodedImageFormat.Png)[..60], new PictureLimits { Width = width, Height = height, Pixels = pixels })
            .ShouldContain(expected);

    [Fact]
    public void A_file_with_too_many_bytes_is_refused()
    {
        var file = Encode(20, 10, SKEncodedImageFormat.Png);
        var limits = new PictureLimits { FileBytes = file.Length - 1 };
        Refused(file, limits).ShouldContain($"has {file.Length} bytes");
        Should.Throw<PictureException>(() => new PictureDecoder(limits).Decode(new MemoryStream(file), "x")).Message
            .ShouldContain($"more than the {limits.FileBytes} bytes allowed");
    }

    [Fact]
    public void Decoding_stops_when_its_time_is_up() =>
        Refused(Encode(20, 10, SKEncodedImageFormat.Jpeg), new PictureLimits { DecodeTime = TimeSpan.Zero })
            .ShouldContain("takes longer than 0 s");

    [Fact]
    public void A_thin_strip_costs_no_more_than_what_the_crop_keeps()
    {
        var strip = new RgbPicture(16384, 1, new byte[3 * 16384]);
        var clip = PreprocessorConfig.Parse("""{"image_processor_type": "CLIPImageProcessor"}""", "test");
        new PicturePreprocessor(clip).Preprocess(strip).Length.ShouldBe(3 * 224 * 224);
    }

    static string Refused(byte[] file, PictureLimits? limits = null) =>
        Should.Throw<PictureException>(() => new PictureDecoder(limits).Decode(file, "x")).Message;

    static byte[] Encode(int width, int height, SKEncodedImageFormat format, bool noise = false)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var random = new Random(1);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                bitmap.SetPixel(x, y, noise ? new SKColor((byte)random.Next(256), (byte)random.Next(256), 0) : new SKColor(200, 100, 50));
        using var data = bitmap.Encode(format, 95);
        return data.ToArray();
    }
}
