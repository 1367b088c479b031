namespace Pipeline.Cli.DownloadCoco;

/// <summary>The checksum of ZIP archives (IEEE 802.3, reflected). ZipArchive reads it and does not compare it.</summary>
struct Crc32()
{
    static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i => Remainder((uint)i))];

    uint state = uint.MaxValue;

    /// <summary>The checksum of all that was added.</summary>
    public readonly uint Value => ~state;

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes) state = Table[(byte)(state ^ value)] ^ state >> 8;
    }

    static uint Remainder(uint value)
    {
        for (var bit = 0; bit < 8; bit++) value = (value & 1) == 1 ? value >> 1 ^ 0xedb88320u : value >> 1;
        return value;
    }
}
