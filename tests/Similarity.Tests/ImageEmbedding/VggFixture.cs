using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pipeline.Models;
using Pipeline.Models.Pictures;
using Pipeline.Models.Safetensors;
using Pipeline.Onnx;
using Pipeline.Testing;

namespace Pipeline.Similarity.Tests.ImageEmbedding;

/// <summary>A network of VGG's kind with its reference's figures. Another folder of this layout may hold another network.</summary>
sealed partial class VggFixture : IDisposable
{
    static readonly double[] Mean = [0.485, 0.456, 0.406], Std = [0.229, 0.224, 0.225];

    readonly string path = Fixtures.Path("vgg");

    public VggFixture()
    {
        Folder = new ModelFolder(path);
        Onnx = Path.GetFileName(Directory.EnumerateFiles(path, "*.onnx").Single());
        Network = OnnxModel.Load(Folder, Onnx);
        Io = SafetensorsFile.Open(Folder, "io.safetensors");
        Expected = JsonNode.Parse(Folder.ReadAllBytes("expected.json"))!.AsObject();
        Images = [.. Expected["images"]!.AsArray().Select(image => (string)image!)];
        Tensor = Io.Entries.Single(entry => Numbered.IsMatch(entry.Name));
        Rows = [.. Tensor.Name.Split('_').Skip(1).Select(int.Parse)];
    }

    public ModelFolder Folder { get; }

    /// <summary>The network's file.</summary>
    public string Onnx { get; }

    public OnnxModel Network { get; }

    public SafetensorsFile Io { get; }

    public JsonObject Expected { get; }

    /// <summary>Files of pictures.</summary>
    public IReadOnlyList<string> Images { get; }

    /// <summary>The entry with the preprocessed tensors [N, 3, H, W] of some of the pictures.</summary>
    public TensorEntry Tensor { get; }

    /// <summary>Which pictures those are.</summary>
    public IReadOnlyList<int> Rows { get; }

    /// <summary>The preprocessed tensors as the network's input.</summary>
    public OnnxInput Input => OnnxInput.Of(
        Network.Inputs.Keys.Single(), Io.ReadSingles(Tensor.Name), [.. Tensor.Shape.Select(length => (int)length)]);

    /// <summary>Outputs whose values, or whose cosines with <paramref name="prefix"/> "cosine_", the reference wrote down.</summary>
    public IReadOnlyList<string> Outputs(string prefix = "") => [.. Network.Outputs.Keys.Where(name => Io.Contains(prefix + name))];

    /// <summary>torchvision's recipe of the README, at this network's size.</summary>
    public PreprocessorConfig Preprocessing => PreprocessorConfig.Torchvision(Edge, Crop, Mean, Std);

    /// <summary>The network with a configuration, as the reward reads it.</summary>
    public EmbeddingFolder Configured(string output, string pooling) => new(
        new { model = "model.onnx", output, pooling },
        new
        {
            image_processor_type = "CLIPImageProcessor",
            size = new { shortest_edge = Edge },
            crop_size = new { height = Crop, width = Crop },
            crop_rounding = "half_even", resample = 2, image_mean = Mean, image_std = Std,
        },
        Folder.ReadAllBytes(Onnx));

    public void Dispose()
    {
        Network.Dispose();
        Io.Dispose();
    }

    int Crop => (int)Tensor.Shape[^1];

    /// <summary>256 for a crop of 224.</summary>
    int Edge => Crop * 256 / 224;

    [GeneratedRegex(@"^image(_\d+)+$")]
    private static partial Regex Numbered { get; }
}
