using System.Buffers.Binary;

namespace Pipeline.Projections.Figures;

/// <summary>Doubles one after the other, most significant byte first, as the database's <c>float8send</c> writes them.</summary>
static class PackedFigures
{
    /// <summary>The bytes of one.</summary>
    public const int Size = sizeof(double);

    /// <summary>The figure at a place, counted from 0; NaN beyond the end.</summary>
    public static double At(ReadOnlySpan<byte> figures, int place) => figures.Length >= (place + 1) * Size
        ? BinaryPrimitives.ReadDoubleBigEndian(figures[(place * Size)..])
        : double.NaN;
}
