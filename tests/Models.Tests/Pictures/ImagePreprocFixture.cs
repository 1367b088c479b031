using System.Text.Json.Nodes;
using Pipeline.Models.Pictures;
using Pipeline.Models.Safetensors;
using Pipeline.Testing;

namespace Pipeline.Models.Tests.Pictures;

/// <summary>The fixture image-preproc: odd picture files, what Pillow decodes them to, what processors make of them.</summary>
static class ImagePreprocFixture
{
    public static readonly string Folder = Fixtures.Path("image-preproc");

    static readonly JsonObject Description = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "images.json")))!.AsObject();

    public static IEnumerable<string> Images => Description["images"]!.AsObject().Select(image => image.Key);

    public static IEnumerable<string> Recipes => [.. Description["processors"]!.AsObject().Select(processor => processor.Key), "vgg"];

    public static JsonObject Image(string name) => Description["images"]![name]!.AsObject();

    public static string ImagePath(string name) => Path.Combine(Folder, "images", name);

    /// <summary>"cmyk.jpg" was decoded to "cmyk_jpg.png", "gray16.png" to "gray16.png"; variants to "gray16.shift8.png".</summary>
    public static string DecodedPath(string name, string? variant = null)
    {
        var stem = Path.GetExtension(name) == ".png" ? Path.GetFileNameWithoutExtension(name) : name.Replace('.', '_');
        return Path.Combine(Folder, "decoded", variant is null ? $"{stem}.png" : $"{stem}.{variant}.png");
    }

    /// <summary>The recipe's configuration, at <paramref name="size"/> instead of the fixture's size when that is given.</summary>
    public static PreprocessorConfig Recipe(string name, (int Resize, int Crop)? size = null)
    {
        if (name == "vgg")
        {
            var vgg = Description["vgg"]!;
            return PreprocessorConfig.Torchvision(
                size?.Resize ?? (int)vgg["resize_shortest"]!, size?.Crop ?? (int)vgg["center_crop"]!,
                vgg["mean"]!.Deserialize(), vgg["std"]!.Deserialize());
        }

        var config = PreprocessorConfig.Parse(Description["processors"]![name]!.ToJsonString(), $"images.json, {name}");
        if (size is not var (resize, crop))
            return config;
        return config with
        {
            Size = config.Size is null ? null : (resize, resize),
            ShortestEdge = config.ShortestEdge is null ? null : resize,
            Crop = config.Crop is null ? null : (crop, crop),
        };
    }

    public static SafetensorsFile Tensors(string file) => SafetensorsFile.Open(Path.Combine(Folder, file));

    static double[] Deserialize(this JsonNode node) => [.. node.AsArray().Select(value => (double)value!)];
}

static class Difference
{
    /// <summary>Largest and mean absolute difference.</summary>
    public static (double Max, double Mean) Of(float[] actual, float[] expected)
    {
        actual.Length.ShouldBe(expected.Length);
        var differences = actual.Zip(expected, (a, e) => (double)Math.Abs(a - e)).ToArray();
        return (differences.Max(), differences.Average());
    }

    public static (double Max, double Mean) Of(RgbPicture actual, RgbPicture expected)
    {
        (actual.Width, actual.Height).ShouldBe((expected.Width, expected.Height));
        return Of([.. actual.Pixels.Select(p => (float)p)], [.. expected.Pixels.Select(p => (float)p)]);
    }
}
