using System.Text;
using Pipeline.Models;

namespace Pipeline.Onnx;

/// <summary>
/// What can be named in an ONNX file, read from the file itself without computing anything: protocol buffers after onnx.proto.
/// </summary>
/// <param name="Outputs">The graph's outputs, in the file's order.</param>
/// <param name="Values">Every value that the graph's nodes compute, in the file's order; each of them can be exposed.</param>
/// <param name="ExternalFiles">Files beside this one that hold weights, such as <c>weights.pb</c>; each once.</param>
public sealed record OnnxGraph(IReadOnlyList<string> Outputs, IReadOnlyList<string> Values, IReadOnlyList<string> ExternalFiles)
{
    const int Graph = 7;                                // of ModelProto
    const int Node = 1, Initializer = 5, Output = 12;   // of GraphProto
    const int NodeOutput = 2;                           // of NodeProto
    const int ExternalData = 13;                        // of TensorProto
    const int Key = 1, Value = 2;                       // of StringStringEntryProto
    const int Name = 1;                                 // of ValueInfoProto

    /// <summary>Reads a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="OnnxException">It is no ONNX model, or was cut off.</exception>
    public static OnnxGraph Read(IModelFiles files, string path)
    {
        using var stream = files.OpenRead(path);
        return Parse(stream, $"{files.Name}/{path}");
    }

    /// <summary>Reads a file without its weights.</summary>
    /// <exception cref="OnnxException">It is no protocol buffer, or was cut off.</exception>
    internal static OnnxGraph Parse(Stream model, string file)
    {
        try
        {
            return Parse(model);
        }
        catch (InvalidDataException problem)
        {
            throw new OnnxException(file, problem.Message, problem);
        }
    }

    /// <summary>
    /// What, appended to a model's bytes, makes <paramref name="value"/> an output of its graph: a model that holds nothing else. Protocol
    /// buffers that are concatenated are merged, and repeated fields such as outputs are added to each other. ONNX Runtime infers its type.
    /// </summary>
    internal static byte[] Exposing(string value) => Field(Graph, Field(Output, Field(Name, Encoding.UTF8.GetBytes(value))));

    static OnnxGraph Parse(Stream model)
    {
        var graph = new OnnxGraph(new List<string>(), new List<string>(), new List<string>());
        var fields = new ProtobufFields(model, 0, model.Length);
        while (fields.Next())
        {
            if (fields.Number != Graph) continue;
            var parts = fields.Fields;
            while (parts.Next())
                graph.Add(parts.Number, parts.Fields);
        }
        return graph;
    }

    void Add(int part, ProtobufFields fields)
    {
        // The other parts may be no messages, such as the graph's name.
        if (part is not (Node or Initializer or Output)) return;
        while (fields.Next())
            switch (part, fields.Number)
            {
                case (Output, Name): Add(Outputs, fields.Bytes); break;
                case (Node, NodeOutput): Add(Values, fields.Bytes); break;
                case (Initializer, ExternalData): AddLocation(fields.Fields); break;
            }
    }

    void AddLocation(ProtobufFields fields)
    {
        var isLocation = false;
        while (fields.Next())
            if (fields.Number == Key) isLocation = fields.Bytes.AsSpan().SequenceEqual("location"u8);
            else if (fields.Number == Value && isLocation) Add(ExternalFiles, fields.Bytes);
    }

    /// <summary>An optional output that a node does not compute has no name; a file of weights is named by every weight in it.</summary>
    static void Add(IReadOnlyList<string> names, ReadOnlySpan<byte> utf8)
    {
        var name = Encoding.UTF8.GetString(utf8);
        if (name.Length > 0 && !names.Contains(name)) ((List<string>)names).Add(name);
    }

    static byte[] Field(int number, byte[] content)
    {
        var bytes = new List<byte> { (byte)(number << 3 | 2) };
        for (var rest = (uint)content.Length; ; rest >>= 7)
        {
            bytes.Add((byte)(rest > 0x7f ? rest & 0x7f | 0x80 : rest));
            if (rest <= 0x7f) return [.. bytes, .. content];
        }
    }
}
