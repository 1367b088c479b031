namespace Pipeline.Onnx;

/// <summary>
/// Walks over the fields of one protocol buffer message (protobuf.dev, "Encoding") without copying anything: large fields, such as weights,
/// are stepped over.
/// </summary>
ref struct ProtobufFields(ReadOnlySpan<byte> message)
{
    ReadOnlySpan<byte> rest = message;

    /// <summary>The field's number.</summary>
    public int Number { get; private set; }

    /// <summary>Its content when it is a string, bytes or a message; else empty.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Goes to the next field; false at the end.</summary>
    /// <exception cref="InvalidDataException">The message ends within a field, or has what no message has.</exception>
    public bool Next()
    {
        if (rest.IsEmpty) return false;
        var key = Varint();
        Number = (int)(key >> 3);
        Bytes = [];
        switch (key & 7)
        {
            case 0: Varint(); break;
            case 1: Take(sizeof(ulong)); break;
            case 2: Bytes = Take(Varint()); break;
            case 5: Take(sizeof(uint)); break;
            default: throw new InvalidDataException("is no ONNX model");
        }
        return Number > 0 ? true : throw new InvalidDataException("is no ONNX model");
    }

    ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
        throw new InvalidDataException("is no ONNX model");
    }

    ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)rest.Length) throw new InvalidDataException("is no ONNX model, or was cut off");
        var taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }
}
