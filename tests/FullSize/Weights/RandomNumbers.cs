using System.Numerics;
using System.Runtime.InteropServices;

namespace Pipeline.FullSize.Weights;

/// <summary>
/// Writes weights: uniform numbers from a vector of xorshift generators (Marsaglia 2003). A billion of them take seconds, normal ones
/// from <see cref="Random"/> minutes; for a sum of hundreds of products the difference does not matter.
/// </summary>
public static class RandomNumbers
{
    const int Block = 1 << 16;

    /// <summary>Writes <paramref name="count"/> numbers in single precision; another name gives other numbers.</summary>
    public static void Write(Stream stream, string name, Fill fill, long count)
    {
        var block = new float[Block];
        var state = Seeds(name);
        // Uniform between -1/2 and 1/2 has a variance of 1/12.
        var scale = new Vector<float>(fill.Deviation * MathF.Sqrt(12));
        var mean = new Vector<float>(fill.Mean);
        for (var left = count; left > 0; left -= Block)
        {
            var vectors = MemoryMarshal.Cast<float, Vector<float>>(block.AsSpan());
            for (var i = 0; i < vectors.Length; i++)
            {
                state ^= Vector.ShiftLeft(state, 13);
                state ^= Vector.ShiftRightLogical(state, 17);
                state ^= Vector.ShiftLeft(state, 5);
                // 23 bits behind the point of a number between 1 and 2.
                var uniform = Vector.AsVectorSingle(Vector.ShiftRightLogical(state, 9) | new Vector<uint>(0x3f800000));
                vectors[i] = mean + scale * (uniform - new Vector<float>(1.5f));
            }

            stream.Write(MemoryMarshal.AsBytes(block.AsSpan(0, (int)Math.Min(left, Block))));
        }
    }

    static Vector<uint> Seeds(string name)
    {
        // FNV-1a, and a generator that never stands still at 0.
        var hash = name.Aggregate(2166136261u, (value, letter) => (value ^ letter) * 16777619);
        var seeds = new uint[Vector<uint>.Count];
        for (var i = 0; i < seeds.Length; i++) seeds[i] = (hash + (uint)i * 0x9e3779b9) | 1;
        return new Vector<uint>(seeds);
    }
}
