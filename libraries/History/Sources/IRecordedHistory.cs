namespace Pipeline.History.Sources;

/// <summary>Where events and blobs come from: a store, or a file that was exported from one.</summary>
public interface IRecordedHistory
{
    /// <summary>The streams of these names, in their order; one that is not there has no events.</summary>
    Task<IReadOnlyList<RecordedStream>> StreamsAsync(IReadOnlyCollection<string> names, CancellationToken cancellation);

    /// <summary>Whether the blob should be here. An exported file may leave out those that are only compared with their hashes.</summary>
    bool ShouldHave(string sha256);

    /// <summary>The bytes of a small blob whose content says something.</summary>
    /// <exception cref="BadBlobException">It is not there, or its content does not match its name.</exception>
    Task<byte[]> ReadAsync(string sha256, CancellationToken cancellation);

    /// <summary>A blob of any size whose content was found to match its name, as a stream that can seek.</summary>
    /// <exception cref="BadBlobException">It is not there, or its content does not match its name.</exception>
    Task<Stream> OpenAsync(string sha256, CancellationToken cancellation);

    /// <summary>What is wrong with the source as a whole although each event may be right; null when nothing is.</summary>
    string? Damage { get; }
}

/// <summary>A blob is not what its name says.</summary>
/// <param name="sha256">Its name.</param>
/// <param name="problem">What is wrong.</param>
public sealed class BadBlobException(string sha256, string problem) : Exception($"Blob {sha256} {problem}.")
{
    /// <summary>The blob's name.</summary>
    public string Sha256 { get; } = sha256;

    /// <summary>It is not there.</summary>
    public static BadBlobException Missing(string sha256) => new(sha256, "is not there");

    /// <summary>Its content is another one.</summary>
    public static BadBlobException Damaged(string sha256, string actual) => new(sha256, $"was changed: its content has SHA-256 {actual}");
}
