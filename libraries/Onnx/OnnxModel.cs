using Microsoft.ML.OnnxRuntime;
using Pipeline.Models;

namespace Pipeline.Onnx;

/// <summary>A network in an ONNX file, computed by ONNX Runtime. May be used by several threads at a time.</summary>
public sealed class OnnxModel : IDisposable
{
    readonly InferenceSession session;

    OnnxModel(InferenceSession session, string file)
    {
        (this.session, File) = (session, file);
        Inputs = OnnxValue.All(session.InputMetadata);
        Outputs = OnnxValue.All(session.OutputMetadata);
    }

    /// <summary>What messages call the file.</summary>
    public string File { get; }

    /// <summary>The inputs that must be given, by name.</summary>
    public IReadOnlyDictionary<string, OnnxValue> Inputs { get; }

    /// <summary>The outputs, by name; one that was exposed is among them.</summary>
    public IReadOnlyDictionary<string, OnnxValue> Outputs { get; }

    /// <summary>
    /// Reads a model. External data (<c>weights.pb</c> beside <c>model.onnx</c>) is found when <paramref name="files"/> is a folder on
    /// disk.
    /// </summary>
    /// <param name="files">Where the file lies.</param>
    /// <param name="path">The file's path there.</param>
    /// <param name="options">How it is computed; null for one thread of the CPU.</param>
    /// <param name="expose">The name of a value inside the graph that becomes an output, when it is none already; null for none.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="OnnxException">
    /// It is no ONNX model, was cut off, lacks its external data, has no value to expose of that name, or cannot be computed here.
    /// </exception>
    public static OnnxModel Load(IModelFiles files, string path, OnnxOptions? options = null, string? expose = null)
    {
        var file = $"{files.Name}/{path}";
        using var stream = files.OpenRead(path);
        var exposing = expose is null ? [] : Exposing(stream, file, expose);
        using var settings = (options ?? new OnnxOptions()).ForSession(file);
        try
        {
            if (files is ModelFolder onDisk && exposing.Length == 0)
                return new OnnxModel(new InferenceSession(onDisk.PathOf(path), settings), file);

            // From memory it does not know where its external data lies.
            if (files is ModelFolder folder)
                settings.AddSessionConfigEntry(
                    "session.model_external_initializers_file_folder_path", Path.GetDirectoryName(folder.PathOf(path))!);
            return new OnnxModel(new InferenceSession(Bytes(stream, file, exposing), settings), file);
        }
        catch (OnnxRuntimeException problem)
        {
            throw OnnxException.Of(file, problem);
        }
    }

    /// <summary>Computes one output.</summary>
    /// <param name="output">Its name.</param>
    /// <param name="inputs">A value for every input, in any order.</param>
    /// <param name="cancellation">Stops the computation, between two of its nodes.</param>
    /// <exception cref="OnnxException">There is no such input or output, one is missing, or a shape does not fit.</exception>
    public OnnxTensor Run(string output, IReadOnlyList<OnnxInput> inputs, CancellationToken cancellation = default)
    {
        if (!Outputs.ContainsKey(output))
            throw new OnnxException(File, $"there is no output '{output}'; there is {List(Outputs)}");
        if (Inputs.Keys.Except(inputs.Select(input => input.Name)).ToArray() is [var missing, ..])
            throw new OnnxException(File, $"input {Inputs[missing]} was not given");

        var values = new List<OrtValue>();
        using var run = new RunOptions();
        using var stop = cancellation.Register(() => run.Terminate = true);
        try
        {
            foreach (var input in inputs)
                values.Add(input.For(Input(input.Name), File));
            using var computed = session.Run(run, [.. inputs.Select(input => input.Name)], values, [output]);
            return OnnxTensor.Of(computed[0], File, output);
        }
        catch (OnnxRuntimeException problem)
        {
            cancellation.ThrowIfCancellationRequested();
            throw OnnxException.Of(File, problem);
        }
        finally
        {
            foreach (var value in values) value.Dispose();
        }
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => session.Dispose();

    OnnxValue Input(string name) => Inputs.TryGetValue(name, out var input)
        ? input
        : throw new OnnxException(File, $"there is no input '{name}'; there is {List(Inputs)}");

    static string List(IReadOnlyDictionary<string, OnnxValue> values) => string.Join(", ", values.Values);

    /// <summary>What makes a value an output when it stands behind the file's bytes; nothing when it is one.</summary>
    static byte[] Exposing(Stream stream, string file, string expose)
    {
        var graph = OnnxGraph.Parse(stream, file);
        if (graph.Outputs.Contains(expose)) return [];
        if (graph.Values.Contains(expose)) return OnnxGraph.Exposing(expose);
        throw new OnnxException(
            file, $"its graph computes no value '{expose}'; the last it computes are {string.Join(", ", graph.Values.TakeLast(20))}");
    }

    /// <summary>The file's bytes and what stands behind them, in one array: VGG-16 has 553 MB, and each copy would count.</summary>
    static byte[] Bytes(Stream stream, string file, byte[] behind)
    {
        if (stream.Length + behind.Length > Array.MaxLength)
            throw new OnnxException(file, "has more than 2 GB; only external data may be larger");
        var model = new byte[stream.Length + behind.Length];
        stream.Position = 0;
        stream.ReadExactly(model.AsSpan(0, (int)stream.Length));
        behind.CopyTo(model, stream.Length);
        return model;
    }
}
