using System.Numerics;
using System.Security.Cryptography;

namespace Pipeline.Contracts;

/// <summary>
/// The Merkle tree of RFC 6962, section 2.1, with SHA-256. A leaf hashes as SHA-256(0x00 ‖ bytes), a node as SHA-256(0x01 ‖ left ‖ right),
/// so that neither can pass for the other; n leaves split at the largest power of two below n; no leaves hash as SHA-256 of nothing.
/// </summary>
public static class MerkleTree
{
    /// <summary>The root over <paramref name="leaves"/> in their order, as 64 lower-case hex digits.</summary>
    public static string Root(IReadOnlyList<byte[]> leaves)
    {
        var hashes = leaves.Select(leaf => Hash(0x00, leaf, [])).ToArray();
        return Convert.ToHexStringLower(hashes.Length == 0 ? SHA256.HashData([]) : Root(hashes));
    }

    static byte[] Root(ReadOnlySpan<byte[]> hashes)
    {
        if (hashes.Length == 1) return hashes[0];
        var split = (int)BitOperations.RoundUpToPowerOf2((uint)hashes.Length) / 2;
        return Hash(0x01, Root(hashes[..split]), Root(hashes[split..]));
    }

    static byte[] Hash(byte domain, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([domain]);
        hash.AppendData(left);
        hash.AppendData(right);
        return hash.GetHashAndReset();
    }
}
