using Pipeline.FullSize.Weights;

namespace Pipeline.FullSize.StableDiffusion;

/// <summary>Layers as PyTorch's exporter writes them for opset 14.</summary>
static class Layers
{
    /// <summary>A number for each token or row; its matrix is stored as ONNX multiplies, [inputs, outputs].</summary>
    public static string Linear(this Graph graph, string x, string name, int inputs, int outputs, bool bias = true)
    {
        var product = graph.Node("MatMul", [x, graph.Parameter(
            $"{name}.weight", Fill.Keeping(inputs), [outputs, inputs], [inputs, outputs])]);
        return bias ? graph.Node("Add", [product, graph.Parameter($"{name}.bias", Fill.Zeros, [outputs])]) : product;
    }

    public static string Convolution(this Graph graph, string x, string name, int inputs, int outputs, int kernel = 3, int stride = 1)
    {
        var weight = graph.Parameter($"{name}.weight", Fill.Keeping(inputs * kernel * kernel), [outputs, inputs, kernel, kernel]);
        var bias = graph.Parameter($"{name}.bias", Fill.Zeros, [outputs]);
        var pad = kernel / 2;
        return graph.Node("Conv", [x, weight, bias],
            ("kernel_shape", new[] { kernel, kernel }), ("pads", new[] { pad, pad, pad, pad }), ("strides", new[] { stride, stride }));
    }

    /// <summary>Before opset 17 there is no operation for it.</summary>
    public static string LayerNorm(this Graph graph, string x, string name, int width)
    {
        var centred = graph.Node("Sub", [x, graph.Node("ReduceMean", [x], ("axes", new[] { 2 }), ("keepdims", 1))]);
        var square = graph.Node("Pow", [centred, graph.Number(2)]);
        var variance = graph.Node("ReduceMean", [square], ("axes", new[] { 2 }), ("keepdims", 1));
        var deviation = graph.Node("Sqrt", [graph.Node("Add", [variance, graph.Number(1e-5f)])]);
        return graph.Affine(graph.Node("Div", [centred, deviation]), name, [width]);
    }

    /// <summary>Over 32 groups of channels, which are channels of an instance norm.</summary>
    public static string GroupNorm(this Graph graph, string x, string name, int channels, float epsilon)
    {
        const int groups = 32;
        var ones = graph.Numbers("ones", [.. Enumerable.Repeat(1f, groups)], groups);
        var zeros = graph.Numbers("zeros", new float[groups], groups);
        var grouped = graph.Node("Reshape", [x, graph.Integers(0, groups, -1)]);
        var normed = graph.Node("InstanceNormalization", [grouped, ones, zeros], ("epsilon", epsilon));
        return graph.Affine(graph.Node("Reshape", [normed, graph.Node("Shape", [x])]), name, [channels], [channels, 1, 1]);
    }

    public static string Silu(this Graph graph, string x) => graph.Node("Mul", [x, graph.Node("Sigmoid", [x])]);

    public static string Add(this Graph graph, string x, string y) => graph.Node("Add", [x, y]);

    /// <summary>Nearest neighbours, twice as high and wide.</summary>
    public static string Upsample(this Graph graph, string x) => graph.Node(
        "Resize", [x, "", graph.Numbers("twice", [1, 1, 2, 2], 4)],
        ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));

    /// <summary>softmax(query key / root of a head's width) value of each head, [rows, tokens, width].</summary>
    public static string Attend(this Graph graph, string query, string key, string value, int width, int heads, string? mask = null)
    {
        string Heads(string x, params int[] order) => graph.Node(
            "Transpose", [graph.Node("Reshape", [x, graph.Integers(0, 0, heads, width / heads)])], ("perm", order));
        var products = graph.Node("MatMul", [Heads(query, 0, 2, 1, 3), Heads(key, 0, 2, 3, 1)]);
        var scores = graph.Node("Mul", [products, graph.Number(1 / MathF.Sqrt(width / heads))]);
        if (mask is not null) scores = graph.Add(scores, mask);
        var attended = graph.Node("MatMul", [graph.Node("Softmax", [scores], ("axis", 3)), Heads(value, 0, 2, 1, 3)]);
        return graph.Node("Reshape", [graph.Node("Transpose", [attended], ("perm", new[] { 0, 2, 1, 3 })), graph.Integers(0, 0, width)]);
    }

    /// <summary>[rows, channels, height, width] to [rows, tokens, channels], through <paramref name="between"/>, and back.</summary>
    public static string OverTokens(this Graph graph, string x, int channels, Func<string, string> between)
    {
        var last = graph.Node("Transpose", [x], ("perm", new[] { 0, 2, 3, 1 }));
        var tokens = between(graph.Node("Reshape", [last, graph.Integers(0, -1, channels)]));
        return graph.Node("Transpose", [graph.Node("Reshape", [tokens, graph.Node("Shape", [last])])], ("perm", new[] { 0, 3, 1, 2 }));
    }

    /// <summary>
    /// Two convolutions and a way around them; <paramref name="time"/>, when there is one, is added between them channel by channel.
    /// </summary>
    public static string Residual(this Graph graph, string x, string name, int inputs, int outputs, float epsilon, string? time = null)
    {
        var hidden = graph.Silu(graph.GroupNorm(x, $"{name}.norm1", inputs, epsilon));
        hidden = graph.Convolution(hidden, $"{name}.conv1", inputs, outputs);
        if (time is not null)
        {
            var shift = graph.Linear(graph.Silu(time), $"{name}.time_emb_proj", Unet.TimeWidth, outputs);
            hidden = graph.Add(hidden, graph.Node("Unsqueeze", [shift, graph.Integers(2, 3)]));
        }
        hidden = graph.Silu(graph.GroupNorm(hidden, $"{name}.norm2", outputs, epsilon));
        hidden = graph.Convolution(hidden, $"{name}.conv2", outputs, outputs);
        return graph.Add(inputs == outputs ? x : graph.Convolution(x, $"{name}.conv_shortcut", inputs, outputs, kernel: 1), hidden);
    }

    static string Affine(this Graph graph, string x, string name, int[] shape, int[]? stored = null) => graph.Node("Add",
    [
        graph.Node("Mul", [x, graph.Parameter($"{name}.weight", Fill.Ones, shape, stored)]),
        graph.Parameter($"{name}.bias", Fill.Zeros, shape, stored),
    ]);
}
