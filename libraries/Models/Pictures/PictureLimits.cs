namespace Pipeline.Models.Pictures;

/// <summary>
/// What a picture may cost. All but <see cref="DecodeTime"/> are checked from the file's size and header, before a pixel is decoded.
/// </summary>
public sealed record PictureLimits
{
    /// <summary>Most bytes of the file.</summary>
    public long FileBytes { get; init; } = 64L << 20;

    /// <summary>Most columns.</summary>
    public int Width { get; init; } = 16384;

    /// <summary>Most rows.</summary>
    public int Height { get; init; } = 16384;

    /// <summary>Most pixels; below 2^29.</summary>
    public long Pixels { get; init; } = 50_000_000;

    /// <summary>Longest time decoding may take: a small file can hold thousands of progressive scans.</summary>
    public TimeSpan DecodeTime { get; init; } = TimeSpan.FromSeconds(10);
}
