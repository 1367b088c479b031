using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Pipeline.Models;
using Pipeline.Models.Safetensors;
using Pipeline.Testing;
using Pipeline.TextToImage.Schedulers;

namespace Pipeline.TextToImage.Tests.Schedulers;

/// <summary>The fixture schedulers: trajectories of diffusers' schedulers with a model that is a formula.</summary>
static class SchedulersFixture
{
    static readonly string Folder = Fixtures.Path("schedulers");

    static readonly JsonObject Expected = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "expected.json")))!.AsObject();

    static readonly double[] Weights = Numbers(Expected["fake_model_w"]);

    public static IEnumerable<string> Variants => Expected["variants"]!.AsObject().Select(variant => variant.Key);

    public static JsonObject Variant(string name) => Expected["variants"]![name]!.AsObject();

    public static JsonObject Runs(string variant) => Variant(variant)["runs"]!.AsObject();

    public static SchedulerConfig Config(string variant) =>
        SchedulerConfig.Load(new ModelFolder(Folder), path: (string)Variant(variant)["config"]!);

    public static (double[] Values, long[] Shape) Tensor(string name)
    {
        using var file = SafetensorsFile.Open(Path.Combine(Folder, "trajectories.safetensors"));
        var entry = file[name];
        entry.Type.ShouldBe(TensorType.F64, name);
        var values = new double[entry.ByteLength / sizeof(double)];
        file.Read(entry, MemoryMarshal.AsBytes(values.AsSpan()));
        return (values, [.. entry.Shape]);
    }

    /// <summary>The fixture's model: w0 x + w1 sin(w2 t) (channel + 1) / channels + w3 cos(x), [batch, channels, ...].</summary>
    public static double[] FakeModel(double[] input, double timestep, long[] shape)
    {
        var (channels, pixels) = ((int)shape[1], (int)shape[2..].Aggregate(1L, (product, length) => product * length));
        return [.. input.Select((x, i) =>
            Weights[0] * x + Weights[1] * Math.Sin(Weights[2] * timestep) * (i / pixels % channels + 1) / channels
            + Weights[3] * Math.Cos(x))];
    }

    /// <summary>Numbers, of which those that are not finite are strings.</summary>
    public static double[] Numbers(JsonNode? node) => [.. node!.AsArray().Select(number => number!.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.String => double.Parse((string)number!),
        _ => (double)number,
    })];
}
