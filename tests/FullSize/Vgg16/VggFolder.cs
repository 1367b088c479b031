using Pipeline.FullSize.Weights;
using Pipeline.Testing;

namespace Pipeline.FullSize.Vgg16;

/// <summary>
/// VGG-16 with random weights as the ONNX model zoo's <c>vgg16-12.onnx</c>: its names are those of MXNet, and only the classes' scores are
/// an output.
/// </summary>
public sealed class VggFolder : TemporaryFolder
{
    /// <summary>Convolutions behind which the picture is halved.</summary>
    static readonly int[] Pooled = [1, 3, 6, 9, 12];

    readonly List<(string Name, ListedParameter Listed)> weights = [];
    readonly OnnxBuilder graph = new OnnxBuilder(opset: 12)
        .Input("data", OnnxBuilder.Float, -1, 3, 224, 224).Output("vgg0_dense2_fwd", OnnxBuilder.Float, -1, 1000);
    string value = "data";

    /// <summary>Writes it.</summary>
    public VggFolder()
    {
        Directory.CreateDirectory(Model);
        foreach (var file in (string[])["image_embedding.json", "preprocessor_config.json"])
            File.Copy(Path.Combine(Repository.Root, "models", "full", "vgg", file), PathOf("model", file));
        foreach (var (number, (weight, bias)) in Layers("features").Index()) Convolution(number, weight, bias);
        Next("Flatten", "flatten_60");
        foreach (var (number, (weight, bias)) in Layers("classifier").Index()) Dense(number, weight, bias);
        Write();
    }

    /// <summary>The parameters of the published model, by torchvision's names.</summary>
    public static IReadOnlyList<ListedParameter> Listed { get; } = ParameterList.Of("vgg16");

    /// <summary>The model's folder.</summary>
    public string Model => PathOf("model");

    static IEnumerable<(ListedParameter Weight, ListedParameter Bias)> Layers(string part) => Listed
        .Where(parameter => parameter.Name.StartsWith(part, StringComparison.Ordinal)).Chunk(2).Select(pair => (pair[0], pair[1]));

    void Convolution(int number, ListedParameter weight, ListedParameter bias)
    {
        Next("Conv", $"vgg0_conv{number}_fwd", Weights($"vgg0_conv{number}", weight, bias),
            ("kernel_shape", new[] { 3, 3 }), ("pads", new[] { 1, 1, 1, 1 }), ("strides", new[] { 1, 1 }));
        Next("Relu", $"vgg0_relu{number}_fwd");
        if (Array.IndexOf(Pooled, number) is >= 0 and var pool)
            Next("MaxPool", $"vgg0_pool{pool}_fwd", [], ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 }));
    }

    void Dense(int number, ListedParameter weight, ListedParameter bias)
    {
        Next("Gemm", $"vgg0_dense{number}_fwd", Weights($"vgg0_dense{number}", weight, bias), ("transB", 1));
        if (number == 2) return;
        Next("Relu", $"vgg0_dense{number}_relu_fwd");
        Next("Dropout", $"vgg0_dropout{number}_fwd");
    }

    string[] Weights(string layer, ListedParameter weight, ListedParameter bias)
    {
        weights.Add(($"{layer}_weight", weight));
        weights.Add(($"{layer}_bias", bias));
        return [$"{layer}_weight", $"{layer}_bias"];
    }

    void Next(string operation, string output, string[]? parameters = null, params (string, object)[] attributes)
    {
        graph.Node(operation, [value, .. parameters ?? []], output, attributes);
        value = output;
    }

    void Write()
    {
        using var file = File.Create(PathOf("model", "vgg16-12.onnx"));
        file.Write(graph.Build());
        foreach (var (name, listed) in weights)
        {
            int[] shape = [.. listed.Shape.Select(length => (int)length)];
            // A ReLU halves the variance.
            var fill = shape.Length == 1 ? Fill.Zeros : Fill.Keeping(shape[1..].Aggregate((a, b) => a * b), gain: 2);
            OnnxBuilder.Append(file, name, shape, stream => RandomNumbers.Write(stream, name, fill, listed.Count));
        }
    }
}
