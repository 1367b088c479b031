using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Contracts;

/// <summary>Name-based UUIDs, version 5 (RFC 9562, section 5.5): the same namespace and name give the same id on every machine.</summary>
public static class Uuid5
{
    /// <summary>The namespace for fully qualified domain names that RFC 9562 defines.</summary>
    public static readonly Guid Dns = new("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

    /// <summary>The namespace for URLs that RFC 9562 defines.</summary>
    public static readonly Guid Url = new("6ba7b811-9dad-11d1-80b4-00c04fd430c8");

    /// <summary>The UUID of <paramref name="name"/> (UTF-8) within <paramref name="space"/>.</summary>
    public static Guid Create(Guid space, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var text = Encoding.UTF8.GetByteCount(name);
        Span<byte> input = text <= 512 ? stackalloc byte[16 + text] : new byte[16 + text];
        space.TryWriteBytes(input, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, input[16..]);

        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(input, hash);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
