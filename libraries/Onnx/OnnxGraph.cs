using System.Text;

namespace Pipeline.Onnx;

/// <summary>
/// The little that has to be known of an ONNX file's own format, protocol buffers after onnx.proto (ONNX IR): which values its graph
/// computes, and how one more of them becomes an output.
/// </summary>
static class OnnxGraph
{
    const int Graph = 7;                            // of ModelProto
    const int Node = 1, Output = 12;                // of GraphProto
    const int NodeOutput = 2;                       // of NodeProto
    const int Name = 1;                             // of ValueInfoProto

    /// <summary>The names of the graph's outputs and those of all values that its nodes compute, each in the file's order.</summary>
    /// <exception cref="InvalidDataException">It is no protocol buffer, or was cut off.</exception>
    public static (IReadOnlyList<string> Outputs, IReadOnlyList<string> Values) Names(ReadOnlySpan<byte> model)
    {
        var (outputs, values) = (new List<string>(), new List<string>());
        var fields = new ProtobufFields(model);
        while (fields.Next())
        {
            if (fields.Number != Graph) continue;
            var parts = new ProtobufFields(fields.Bytes);
            while (parts.Next())
                if (parts.Number == Output) Add(outputs, parts.Bytes, Name);
                else if (parts.Number == Node) Add(values, parts.Bytes, NodeOutput);
        }
        return (outputs, values);
    }

    /// <summary>
    /// What, appended to a model's bytes, makes <paramref name="value"/> an output of its graph: a model that holds nothing else. Protocol
    /// buffers that are concatenated are merged, and repeated fields such as outputs are added to each other. ONNX Runtime infers its type.
    /// </summary>
    public static byte[] Exposing(string value) => Field(Graph, Field(Output, Field(Name, Encoding.UTF8.GetBytes(value))));

    static void Add(List<string> names, ReadOnlySpan<byte> message, int number)
    {
        var fields = new ProtobufFields(message);
        while (fields.Next())
            if (fields.Number == number && fields.Bytes.Length > 0) names.Add(Encoding.UTF8.GetString(fields.Bytes));
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
