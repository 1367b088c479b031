namespace Pipeline.Onnx;

/// <summary>
/// Walks over the fields of one protocol buffer message (protobuf.dev, "Encoding") in a file. Nothing is read but what is asked for: large
/// fields, such as weights, are stepped over.
/// </summary>
/// <param name="stream">The file; it can seek.</param>
/// <param name="begin">Where the message begins.</param>
/// <param name="end">Where it ends.</param>
sealed class ProtobufFields(Stream stream, long begin, long end)
{
    long next = begin, start, stop;

    /// <summary>The field's number.</summary>
    public int Number { get; private set; }

    /// <summary>Its content when it is a string or bytes; else empty.</summary>
    public byte[] Bytes
    {
        get
        {
            var bytes = new byte[stop - start];
            stream.Position = start;
            stream.ReadExactly(bytes);
            return bytes;
        }
    }

    /// <summary>The fields of its content when it is a message.</summary>
    public ProtobufFields Fields => new(stream, start, stop);

    /// <summary>Goes to the next field; false at the end.</summary>
    /// <exception cref="InvalidDataException">The message ends within a field, or has what no message has.</exception>
    public bool Next()
    {
        if (next == end) return false;
        stream.Position = next;
        var key = Varint();
        Number = (int)(key >> 3);
        start = stop = next;
        switch (key & 7)
        {
            case 0: Varint(); break;
            case 1: Skip(sizeof(ulong)); break;
            case 2:
                var length = Varint();
                start = next;
                Skip(length);
                stop = next;
                break;
            case 5: Skip(sizeof(uint)); break;
            default: throw new InvalidDataException("is no ONNX model");
        }
        return Number > 0 ? true : throw new InvalidDataException("is no ONNX model");
    }

    ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            Skip(1);
            var digits = stream.ReadByte();
            value |= (ulong)(digits & 0x7f) << shift;
            if (digits < 0x80) return value;
        }
        throw new InvalidDataException("is no ONNX model");
    }

    void Skip(ulong count)
    {
        if (count > (ulong)(end - next)) throw new InvalidDataException("is no ONNX model, or was cut off");
        next += (long)count;
    }
}
