using System.Buffers.Binary;
using System.Text.Json;

namespace Pipeline.Models.Safetensors;

/// <summary>A tensor to be written.</summary>
/// <param name="Name">Its name; unique, not empty and not "__metadata__".</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its dimensions, outermost first.</param>
/// <param name="Write">Writes its bytes (little-endian, row-major) to the stream; called once, exactly shape times element size of
/// them.</param>
public sealed record TensorSource(string Name, TensorType Type, IReadOnlyList<long> Shape, Action<Stream> Write);

/// <summary>
/// Writes the safetensors format (github.com/huggingface/safetensors). The same tensors and metadata give the same bytes, whatever
/// order they come in: tensors are sorted by element size, widest first, so that each is aligned to its elements, then by name; metadata by
/// key; the header is padded with spaces to a multiple of 8 bytes. Tensor bytes go straight to the stream.
/// </summary>
public static class SafetensorsWriter
{
    const int Alignment = 8;

    /// <summary>Writes a whole file.</summary>
    /// <param name="stream">Where to; it need not seek.</param>
    /// <param name="tensors">What to write.</param>
    /// <param name="metadata">The header's <c>__metadata__</c>; left out when null or empty.</param>
    /// <exception cref="SafetensorsException">A name appears twice or is reserved, a shape overflows, a tensor writes more or fewer bytes
    /// than it has.</exception>
    public static void Write(Stream stream, IEnumerable<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var sorted = tensors.OrderByDescending(tensor => tensor.Type.Size()).ThenBy(tensor => tensor.Name, StringComparer.Ordinal).ToList();
        var lengths = sorted.ConvertAll(ByteLength);
        stream.Write(Header(sorted, lengths, metadata));

        var counted = new CountingStream(stream);
        for (var i = 0; i < sorted.Count; i++)
        {
            counted.Count = 0;
            sorted[i].Write(counted);
            if (counted.Count != lengths[i])
                throw Error(sorted[i].Name,
                    $"wrote {counted.Count} bytes; {sorted[i].Type} [{string.Join(", ", sorted[i].Shape)}] has {lengths[i]}.");
        }
    }

    static byte[] Header(List<TensorSource> tensors, List<long> lengths, IReadOnlyDictionary<string, string>? metadata)
    {
        var header = new MemoryStream();
        header.Write(new byte[Alignment]);
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 }) WriteMetadata(json, metadata);
            var names = new HashSet<string>(StringComparer.Ordinal);
            long offset = 0;
            for (var i = 0; i < tensors.Count; i++)
            {
                var tensor = tensors[i];
                if (tensor.Name is "" or "__metadata__") throw Error(tensor.Name, "has a name that the format reserves.");
                if (!names.Add(tensor.Name)) throw Error(tensor.Name, "is given twice.");
                WriteEntry(json, tensor, offset, offset + lengths[i]);
                offset = checked(offset + lengths[i]);
            }
            json.WriteEndObject();
        }
        while (header.Length % Alignment != 0) header.WriteByte((byte)' ');
        var bytes = header.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes, bytes.Length - Alignment);
        return bytes;
    }

    static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject("__metadata__");
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
        json.WriteEndObject();
    }

    static void WriteEntry(Utf8JsonWriter json, TensorSource tensor, long begin, long end)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Type.ToString());
        json.WriteStartArray("shape");
        foreach (var dimension in tensor.Shape) json.WriteNumberValue(dimension);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static long ByteLength(TensorSource tensor)
    {
        try
        {
            return tensor.Type.ByteLength([.. tensor.Shape]);
        }
        catch (OverflowException)
        {
            throw Error(tensor.Name, $"has the impossible shape [{string.Join(", ", tensor.Shape)}].");
        }
    }

    static SafetensorsException Error(string tensor, string problem) => new("writing safetensors", tensor, problem);

    /// <summary>Counts what a tensor writes, so that one that writes too little or too much cannot spoil the file unnoticed.</summary>
    sealed class CountingStream(Stream inner) : Stream
    {
        public long Count { get; set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            inner.Write(buffer);
            Count += buffer.Length;
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
