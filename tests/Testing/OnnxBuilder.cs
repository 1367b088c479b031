using System.Runtime.InteropServices;
using System.Text;

namespace Pipeline.Testing;

/// <summary>
/// Writes ONNX models as bytes (protocol buffers after onnx.proto), so that tests need no file that nobody can read.
/// </summary>
/// <param name="opset">The version of the operators.</param>
public sealed class OnnxBuilder(int opset = 13)
{
    /// <summary>Element types by onnx.proto's numbers.</summary>
    public const int Float = 1, Int32 = 6, Int64 = 7, Float16 = 10, Double = 11;

    readonly List<byte> graph = [.. Field(2, "test"u8)];

    /// <summary>Adds an input; a length of -1 leaves it open.</summary>
    public OnnxBuilder Input(string name, int type, params int[] shape) => Add(11, Value(name, type, shape));

    /// <summary>Adds an output; a length of -1 leaves it open.</summary>
    public OnnxBuilder Output(string name, int type, params int[] shape) => Add(12, Value(name, type, shape));

    /// <summary>Adds a node; an attribute is a float, an integer, a text or a list of integers.</summary>
    public OnnxBuilder Node(string operation, string[] inputs, string output, params (string Name, object Value)[] attributes)
    {
        byte[] node = [.. inputs.SelectMany(input => Text(1, input)), .. Text(2, output), .. Text(4, operation)];
        return Add(1, [.. node, .. attributes.SelectMany(attribute => Field(5, [.. Text(1, attribute.Name), .. Content(attribute.Value)]))]);
    }

    /// <summary>Adds weights.</summary>
    public OnnxBuilder Weights(string name, float[] values, params int[] shape) => Add(5,
        [.. Tensor(name, Float, shape), .. Field(9, MemoryMarshal.AsBytes(values.AsSpan()))]);

    /// <summary>Adds integers.</summary>
    public OnnxBuilder Integers(string name, long[] values, params int[] shape) => Add(5,
        [.. Tensor(name, Int64, shape), .. Field(9, MemoryMarshal.AsBytes(values.AsSpan()))]);

    /// <summary>Adds weights that are the first bytes of another file.</summary>
    public OnnxBuilder ExternalWeights(string name, string file, params int[] shape) => Add(5,
        [.. Tensor(name, Float, shape), .. External("location", file), .. Number(14, 1)]);

    /// <summary>Adds weights that lie in another file from <paramref name="offset"/> on.</summary>
    public OnnxBuilder ExternalWeightsAt(long offset, string name, string file, params int[] shape) => Add(5,
    [
        .. Tensor(name, Float, shape), .. External("location", file), .. External("offset", $"{offset}"),
        .. External("length", $"{sizeof(float) * shape.Aggregate(1L, (count, length) => count * length)}"), .. Number(14, 1),
    ]);

    /// <summary>The model's bytes.</summary>
    public byte[] Build() => [.. Number(1, 8), .. Field(8, [.. Text(1, ""), .. Number(2, opset)]), .. Field(7, [.. graph])];

    /// <summary>
    /// Adds weights to a model that was written, without having them in memory: a model that holds nothing else, behind its bytes.
    /// Protocol buffers that are concatenated are merged.
    /// </summary>
    public static void Append(Stream model, string name, int[] shape, Action<Stream> write)
    {
        var bytes = sizeof(float) * shape.Aggregate(1, (count, length) => checked(count * length));
        byte[] tensor = [.. Tensor(name, Float, shape), .. Key(9, bytes)];
        byte[] initializer = [.. Key(5, tensor.Length + bytes), .. tensor];
        model.Write([.. Key(7, initializer.Length + bytes), .. initializer]);
        write(model);
    }

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

    static byte[] External(string key, string value) => Field(13, [.. Text(1, key), .. Text(2, value)]);

    static byte[] Content(object attribute) => attribute switch
    {
        float real => [.. Varint(2 << 3 | 5), .. BitConverter.GetBytes(real), .. Number(20, 1)],
        int number => [.. Number(3, number), .. Number(20, 2)],
        string text => [.. Text(4, text), .. Number(20, 3)],
        var list => [.. ((int[])list).SelectMany(item => Number(8, item)), .. Number(20, 7)],
    };

    static byte[] Text(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    static byte[] Field(int number, ReadOnlySpan<byte> content) => [.. Key(number, content.Length), .. content];

    static byte[] Key(int number, int length) => [.. Varint(number << 3 | 2), .. Varint(length)];

    static byte[] Number(int number, int value) => [.. Varint(number << 3), .. Varint(value)];

    static byte[] Varint(int value) => value < 0x80 ? [(byte)value] : [(byte)(value & 0x7f | 0x80), .. Varint(value >> 7)];
}
