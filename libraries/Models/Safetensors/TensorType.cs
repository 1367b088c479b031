namespace Pipeline.Models.Safetensors;

/// <summary>Element types of the safetensors format, named as in its header.</summary>
public enum TensorType
{
    /// <summary>Boolean, one byte.</summary>
    BOOL,

    /// <summary>Unsigned, 8 bits.</summary>
    U8,

    /// <summary>Signed, 8 bits.</summary>
    I8,

    /// <summary>Unsigned, 16 bits.</summary>
    U16,

    /// <summary>Signed, 16 bits.</summary>
    I16,

    /// <summary>IEEE 754 half precision.</summary>
    F16,

    /// <summary>The upper half of a single: 8 bits of exponent, 7 of fraction.</summary>
    BF16,

    /// <summary>Unsigned, 32 bits.</summary>
    U32,

    /// <summary>Signed, 32 bits.</summary>
    I32,

    /// <summary>IEEE 754 single precision.</summary>
    F32,

    /// <summary>Unsigned, 64 bits.</summary>
    U64,

    /// <summary>Signed, 64 bits.</summary>
    I64,

    /// <summary>IEEE 754 double precision.</summary>
    F64,
}

/// <summary>Sizes of element types.</summary>
public static class TensorTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this TensorType type) => type switch
    {
        TensorType.BOOL or TensorType.U8 or TensorType.I8 => 1,
        TensorType.U16 or TensorType.I16 or TensorType.F16 or TensorType.BF16 => 2,
        TensorType.U32 or TensorType.I32 or TensorType.F32 => 4,
        _ => 8,
    };

    /// <summary>Bytes of a tensor of this shape.</summary>
    /// <exception cref="OverflowException">A dimension is negative or the product is beyond 2^63 - 1.</exception>
    public static long ByteLength(this TensorType type, ReadOnlySpan<long> shape)
    {
        long length = type.Size();
        foreach (var dimension in shape)
            length = dimension >= 0 ? checked(length * dimension) : throw new OverflowException("A dimension is negative.");
        return length;
    }
}
