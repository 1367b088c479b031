using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>Orders that look random and depend on nothing but what they are for.</summary>
public static class Shuffle
{
    /// <summary>
    /// The order of a step's captions in an epoch: sorted by SHA-256 of (seed, step, epoch, caption), so that there is no generator whose
    /// state a checkpoint would have to carry.
    /// </summary>
    /// <param name="count">Number of captions.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">The step.</param>
    /// <param name="epoch">The epoch within the step.</param>
    /// <returns>A permutation of 0 to <paramref name="count"/> - 1.</returns>
    public static long[] Order(int count, long seed, int step, int epoch)
    {
        var keys = new ulong[count];
        var order = new long[count];
        Span<byte> input = stackalloc byte[32], hash = stackalloc byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(input, seed);
        BinaryPrimitives.WriteInt64BigEndian(input[8..], step);
        BinaryPrimitives.WriteInt64BigEndian(input[16..], epoch);
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(input[24..], i);
            SHA256.HashData(input, hash);
            keys[i] = BinaryPrimitives.ReadUInt64BigEndian(hash);
            order[i] = i;
        }

        Array.Sort(keys, order);
        return order;
    }
}
