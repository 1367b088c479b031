using Pipeline.History.Sources;

namespace Pipeline.History.Bundles;

/// <summary>A history that remembers what an audit asked it for: just that is what another audit needs.</summary>
public sealed class RecordingHistory(IRecordedHistory history) : IRecordedHistory
{
    readonly Dictionary<string, RecordedStream> _streams = [];
    readonly SortedSet<string> _read = new(StringComparer.Ordinal);
    readonly SortedSet<string> _opened = new(StringComparer.Ordinal);

    /// <summary>The streams that were read.</summary>
    public IReadOnlyDictionary<string, RecordedStream> Streams => _streams;

    /// <summary>The small blobs whose content was read.</summary>
    public IReadOnlySet<string> Read => _read;

    /// <summary>The blobs that were only compared with their names.</summary>
    public IReadOnlySet<string> Opened => _opened;

    /// <inheritdoc/>
    public string? Damage => history.Damage;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RecordedStream>> StreamsAsync(IReadOnlyCollection<string> names, CancellationToken cancellation)
    {
        var streams = await history.StreamsAsync(names, cancellation);
        foreach (var stream in streams) _streams[stream.Name] = stream;
        return streams;
    }

    /// <inheritdoc/>
    public bool ShouldHave(string sha256) => history.ShouldHave(sha256);

    /// <inheritdoc/>
    public Task<byte[]> ReadAsync(string sha256, CancellationToken cancellation)
    {
        _read.Add(sha256);
        return history.ReadAsync(sha256, cancellation);
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(string sha256, CancellationToken cancellation)
    {
        _opened.Add(sha256);
        return history.OpenAsync(sha256, cancellation);
    }
}
