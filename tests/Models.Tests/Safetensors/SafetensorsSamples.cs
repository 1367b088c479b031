using System.Buffers.Binary;
using System.Text;
using Pipeline.Models.Safetensors;

namespace Pipeline.Models.Tests.Safetensors;

/// <summary>Files made by hand, so that the reader is not only tested against the writer.</summary>
static class SafetensorsSamples
{
    /// <summary>A file with this header (padded with nothing) and so many bytes of data.</summary>
    public static byte[] File(string header, int dataLength, ulong? claimedHeaderLength = null)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + json.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(file, claimedHeaderLength ?? (ulong)json.Length);
        json.CopyTo(file, 8);
        for (var i = 0; i < dataLength; i++) file[8 + json.Length + i] = (byte)i;
        return file;
    }

    public static SafetensorsFile Open(byte[] file) => SafetensorsFile.Open(new MemoryStream(file), "sample");

    public static TensorSource Tensor(string name, TensorType type, long[] shape, byte[] bytes) =>
        new(name, type, shape, stream => stream.Write(bytes));

    public static byte[] Write(IEnumerable<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors, metadata);
        return stream.ToArray();
    }
}
