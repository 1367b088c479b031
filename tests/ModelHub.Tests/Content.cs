using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pipeline.ModelHub.Tests;

/// <summary>The bytes of a file that is made while it is served: any size, nothing stored.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Seed">Another seed, other bytes.</param>
sealed record Content(long Size, int Seed = 1)
{
    string? _hash;

    /// <summary>Its SHA-256.</summary>
    public string Sha256 => _hash ??= Hash();

    /// <summary>Its bytes from <paramref name="offset"/> on.</summary>
    public void Fill(Span<byte> into, long offset)
    {
        Span<byte> word = stackalloc byte[8];
        for (var i = 0; i < into.Length;)
        {
            var (number, within) = Math.DivRem(offset + i, 8);
            if (within == 0 && into.Length - i >= 8)
            {
                BinaryPrimitives.WriteInt64LittleEndian(into[i..], Word(number));
                i += 8;
                continue;
            }

            BinaryPrimitives.WriteInt64LittleEndian(word, Word(number));
            var count = Math.Min(8 - (int)within, into.Length - i);
            word.Slice((int)within, count).CopyTo(into[i..]);
            i += count;
        }
    }

    long Word(long number) => (number + Seed) * 0x5851f42d4c957f2d;

    public byte[] All()
    {
        var bytes = new byte[Size];
        Fill(bytes, 0);
        return bytes;
    }

    string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        for (long at = 0; at < Size; at += buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, Size - at));
            Fill(part, at);
            hash.AppendData(part);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
