using Pipeline.FullSize.Weights;
using Pipeline.Testing;

namespace Pipeline.FullSize.StableDiffusion;

/// <summary>A network with random weights that is put together operation by operation, as PyTorch's exporter writes it: opset 14.</summary>
public sealed class Graph
{
    readonly OnnxBuilder builder = new(opset: 14);
    readonly List<(string Name, int[] Shape, Fill Fill)> weights = [];
    readonly HashSet<string> constants = [];
    int values;

    /// <summary>The parameters by diffusers' names, in PyTorch's shapes.</summary>
    public List<ListedParameter> Parameters { get; } = [];

    /// <summary>Adds an input; a length of -1 leaves it open.</summary>
    public string Input(string name, int type, params int[] shape)
    {
        builder.Input(name, type, shape);
        return name;
    }

    /// <summary>Makes a value an output; a length of -1 leaves it open.</summary>
    public void Output(string name, string value, params int[] shape) =>
        builder.Node("Identity", [value], name).Output(name, OnnxBuilder.Float, shape);

    /// <summary>Adds an operation; gives the name of what it computes.</summary>
    public string Node(string operation, string[] inputs, params (string, object)[] attributes)
    {
        var output = $"{operation}_{values++}";
        builder.Node(operation, inputs, output, attributes);
        return output;
    }

    /// <summary>Adds a parameter.</summary>
    /// <param name="name">Its name in PyTorch.</param>
    /// <param name="fill">Its numbers.</param>
    /// <param name="shape">Its shape in PyTorch.</param>
    /// <param name="stored">Its shape in the file; null for the same.</param>
    public string Parameter(string name, Fill fill, int[] shape, int[]? stored = null)
    {
        Parameters.Add(new ListedParameter(name, [.. shape.Select(length => (long)length)], null));
        weights.Add((name, stored ?? shape, fill));
        return name;
    }

    /// <summary>A number.</summary>
    public string Number(float value) =>
        Constant(FormattableString.Invariant($"number {value}"), name => builder.Weights(name, [value]));

    /// <summary>Numbers in a shape.</summary>
    public string Numbers(string name, float[] numbers, params int[] shape) =>
        Constant(name, _ => builder.Weights(name, numbers, shape));

    /// <summary>A list of integers.</summary>
    public string Integers(params long[] integers) =>
        Constant($"integers {string.Join(' ', integers)}", name => builder.Integers(name, integers, integers.Length));

    /// <summary>Writes the model, its parameters inside.</summary>
    public void Write(string path)
    {
        using var file = Create(path);
        file.Write(builder.Build());
        foreach (var (name, shape, fill) in weights)
            OnnxBuilder.Append(file, name, shape, stream => RandomNumbers.Write(stream, name, fill, Count(shape)));
    }

    /// <summary>Writes the model with its parameters in <c>weights.pb</c> beside it, as protocol buffers of more than 2 GB must be.</summary>
    public void WriteWithExternalWeights(string path)
    {
        const string beside = "weights.pb";
        using (var file = Create(Path.Combine(Path.GetDirectoryName(path)!, beside)))
            foreach (var (name, shape, fill) in weights)
            {
                builder.ExternalWeightsAt(file.Position, name, beside, shape);
                RandomNumbers.Write(file, name, fill, Count(shape));
            }
        File.WriteAllBytes(path, builder.Build());
    }

    string Constant(string name, Action<string> add)
    {
        if (constants.Add(name)) add(name);
        return name;
    }

    static FileStream Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return File.Create(path);
    }

    static long Count(int[] shape) => shape.Aggregate(1L, (count, length) => count * length);
}
