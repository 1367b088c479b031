using System.Runtime.InteropServices;
using System.Text;

namespace Pipeline.Testing;

/// <summary>
/// Writes small ONNX models as bytes (protocol buffers after onnx.proto), so that tests need no file that nobody can read. Opset 13.
/// </summary>
public sealed class OnnxBuilder
{
    /// <summary>Element types by onnx.proto's numbers.</summary>
    public const int Float = 1, Int32 = 6, Int64 = 7, Float16 = 10, Double = 11;

    readonly List<byte> graph = [.. Field(2, "test"u8)];

    /// <summary>Adds an input; a length of -1 leaves it open.</summary>
    public OnnxBuilder Input(string name, int type, params int[] shape) => Add(11, Value(name, type, shape));

    /// <summary>Adds an output; a length of -1 leaves it open.</summary>
    public OnnxBuilder Output(string name, int type, params int[] shape) => Add(12, Value(name, type, shape));

    /// <summary>Adds a node; an attribute is an integer or a list of integers.</summary>
    public OnnxBuilder Node(string operation, string[] inputs, string output, params (string Name, object Value)[] attributes)
    {
        byte[] node = [.. inputs.SelectMany(input => Text(1, input)), .. Text(2, output), .. Text(4, operation)];
        return Add(1, [.. node, .. attributes.SelectMany(attribute => Field(5, attribute.Value is int number
            ? [.. Text(1, attribute.Name), .. Number(3, number), .. Number(20, 2)]
            : [.. Text(1, attribute.Name), .. ((int[])attribute.Value).SelectMany(item => Number(8, item)), .. Number(20, 7)]))]);
    }

    /// <summary>Adds weights.</summary>
    public OnnxBuilder Weights(string name, float[] values, params int[] shape) => Add(5,
        [.. Tensor(name, Float, shape), .. Field(9, MemoryMarshal.AsBytes(values.AsSpan()))]);

    /// <summary>Adds weights that are the first bytes of another file.</summary>
    public OnnxBuilder ExternalWeights(string name, string file, params int[] shape) => Add(5,
        [.. Tensor(name, Float, shape), .. Field(13, [.. Text(1, "location"), .. Text(2, file)]), .. Number(14, 1)]);

    /// <summary>The model's bytes.</summary>
    public byte[] Build() => [.. Number(1, 8), .. Field(8, [.. Text(1, ""), .. Number(2, 13)]), .. Field(7, [.. graph])];

    OnnxBuilder Add(int number, byte[] content)
    {
        graph.AddRange(Field(number, content));
        return this;
    }

    static byte[] Tensor(string name, int type, int[] shape) =>
        [.. shape.SelectMany(length => Number(1, length)), .. Number(2, type), .. Text(8, name)];

    static byte[] Value(string name, int type, int[] shape)
    {
        var lengths = shape.SelectMany(length => Field(1, length < 0 ? Text(2, "any") : Number(1, length)));
        return [.. Text(1, name), .. Field(2, Field(1, [.. Number(1, type), .. Field(2, [.. lengths])]))];
    }

    static byte[] Text(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    static byte[] Field(int number, ReadOnlySpan<byte> content) => [.. Varint(number << 3 | 2), .. Varint(content.Length), .. content];

    static byte[] Number(int number, int value) => [.. Varint(number << 3), .. Varint(value)];

    static byte[] Varint(int value) => value < 0x80 ? [(byte)value] : [(byte)(value & 0x7f | 0x80), .. Varint(value >> 7)];
}
