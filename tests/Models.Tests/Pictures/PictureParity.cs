using Pipeline.Models.Pictures;

namespace Pipeline.Models.Tests.Pictures;

/// <summary>
/// Pictures against Pillow, transformers' image processors and torchvision; tolerances are those of the fixture's README.
/// </summary>
[Trait("Category", "Parity")]
public sealed class PictureParity
{
    static readonly PictureDecoder Decoder = new();

    public static TheoryData<string> Images => [.. ImagePreprocFixture.Images];

    public static TheoryData<string, string> Processed =>
        [.. from recipe in ImagePreprocFixture.Recipes from image in ImagePreprocFixture.Images select (recipe, image)];

    public static TheoryData<string> Resized
    {
        get
        {
            using var file = ImagePreprocFixture.Tensors("resize_uint8.safetensors");
            return [.. file.Entries.Select(entry => entry.Name)];
        }
    }

    [Theory, MemberData(nameof(Resized))]
    public void Resizing_is_Pillow_s_to_the_bit(string name)
    {
        using var file = ImagePreprocFixture.Tensors("resize_uint8.safetensors");
        var parts = name.Split('_', 'x');
        var source = parts.Contains("large") ? "large.jpg" : "photo.png";
        var entry = file[name];
        var expected = new byte[entry.ByteLength];
        file.Read(entry, expected);

        var resized = PilResampler.Resize(
            Decoder.Decode(ImagePreprocFixture.DecodedPath(source)), int.Parse(parts[^2]), int.Parse(parts[^1]),
            Enum.Parse<Resample>(parts[0], ignoreCase: true));

        entry.Shape.ShouldBe([resized.Height, resized.Width, 3]);
        resized.Pixels.ShouldBe(expected);
    }

    [Theory, MemberData(nameof(Images))]
    public void A_picture_decodes_as_Pillow_reads_it(string image)
    {
        var decoded = Decoder.Decode(ImagePreprocFixture.ImagePath(image));
        var (max, mean) = Difference.Of(decoded, Decoder.Decode(ReadingOf(image)));
        if (Path.GetExtension(image) == ".png")
            max.ShouldBe(0);
        else
            mean.ShouldBeLessThanOrEqualTo(Cmyk(image) ? 255 * 0.05 : 255 * 0.02);
    }

    [Theory, MemberData(nameof(Processed))]
    public void A_decoded_picture_becomes_the_reference_s_tensor(string recipe, string image)
    {
        var (max, mean) = Difference.Of(Process(recipe, ImagePreprocFixture.DecodedPath(image)), Expected($"{recipe}/{image}"));
        max.ShouldBeLessThanOrEqualTo(0.03);
        mean.ShouldBeLessThanOrEqualTo(0.004);
    }

    [Theory, MemberData(nameof(Processed))]
    public void A_picture_file_becomes_the_reference_s_tensor(string recipe, string image)
    {
        // The reference for 16-bit gray is there in our reading (value >> 8) for one recipe only.
        var key = SixteenBit(image) ? $"{recipe}/{image}@shift8" : $"{recipe}/{image}";
        using var tensors = ImagePreprocFixture.Tensors("tensors.safetensors");
        var expected = tensors.Contains(key) ? tensors.ReadSingles(key) : Process(recipe, ReadingOf(image));

        var (max, mean) = Difference.Of(Process(recipe, ImagePreprocFixture.ImagePath(image)), expected);
        var (maxAllowed, meanAllowed) = Path.GetExtension(image) == ".png" ? (0.03, 0.004) : (0.25, Cmyk(image) ? 0.05 : 0.02);
        mean.ShouldBeLessThanOrEqualTo(meanAllowed);
        if (!Cmyk(image))
            max.ShouldBeLessThanOrEqualTo(maxAllowed);
    }

    [Fact]
    public void Orientation_is_honoured_when_asked_for()
    {
        using var tensors = ImagePreprocFixture.Tensors("tensors.safetensors");
        const string suffix = "@transposed";
        var turned = tensors.Entries.Where(entry => entry.Name.EndsWith(suffix, StringComparison.Ordinal)).ToList();
        turned.ShouldNotBeEmpty();
        foreach (var entry in turned)
        {
            var parts = entry.Name[..^suffix.Length].Split('/');
            var picture = new PictureDecoder(honourOrientation: true).Decode(ImagePreprocFixture.ImagePath(parts[1]));
            var turnedByPillow = Decoder.Decode(ImagePreprocFixture.DecodedPath(parts[1], "transposed"));
            Difference.Of(picture, turnedByPillow).Mean.ShouldBeLessThanOrEqualTo(255 * 0.02);

            var processor = new PicturePreprocessor(ImagePreprocFixture.Recipe(parts[0]));
            var (max, mean) = Difference.Of(processor.Preprocess(picture), tensors.ReadSingles(entry.Name));
            max.ShouldBeLessThanOrEqualTo(0.25);
            mean.ShouldBeLessThanOrEqualTo(0.02);
        }
    }

    [Fact]
    public void Full_size_recipes_give_the_reference_s_tensors()
    {
        using var tensors = ImagePreprocFixture.Tensors("full_size.safetensors");
        tensors.Entries.ShouldNotBeEmpty();
        foreach (var entry in tensors.Entries)
        {
            var parts = entry.Name.Split('_');
            var recipe = ImagePreprocFixture.Recipe(parts[0], (int.Parse(parts[1]), int.Parse(parts[^1])));
            var processor = new PicturePreprocessor(recipe);
            entry.Shape.ShouldBe([3, processor.Height, processor.Width]);

            var decoded = Decoder.Decode(ImagePreprocFixture.DecodedPath("large.jpg"));
            var (max, mean) = Difference.Of(processor.Preprocess(decoded), tensors.ReadSingles(entry.Name));
            max.ShouldBeLessThanOrEqualTo(0.03, entry.Name);
            mean.ShouldBeLessThanOrEqualTo(0.004, entry.Name);
        }
    }

    static bool Cmyk(string image) => (string?)ImagePreprocFixture.Image(image)["mode"] == "CMYK";

    static bool SixteenBit(string image) => (string?)ImagePreprocFixture.Image(image)["mode"] is "I" or "I;16";

    /// <summary>Pillow's reading; for 16-bit gray the one that scales to 8 bits instead of clipping at 255.</summary>
    static string ReadingOf(string image) => ImagePreprocFixture.DecodedPath(image, SixteenBit(image) ? "shift8" : null);

    static float[] Process(string recipe, string path) =>
        new PicturePreprocessor(ImagePreprocFixture.Recipe(recipe)).Preprocess(Decoder.Decode(path));

    static float[] Expected(string name)
    {
        using var tensors = ImagePreprocFixture.Tensors("tensors.safetensors");
        return tensors.ReadSingles(name);
    }
}
