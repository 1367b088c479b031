namespace Pipeline.Hosting;

/// <summary>
/// Bytes by the SHA-256 of their content (64 lower-case hex digits). A blob never changes and is only ever read when it matches its name.
/// A store on a server throws <see cref="BlobStorageException"/> when that refuses or is away.
/// </summary>
public interface IBlobStore
{
    /// <summary>
    /// Stores what <paramref name="write"/> writes. Content that is there already is not stored again; it only counts as put now, so that who
    /// clears away old blobs leaves it.
    /// </summary>
    /// <param name="write">Writes the content, front to back.</param>
    /// <param name="cancellation">Cancels; nothing is stored then.</param>
    /// <returns>Its SHA-256, when it is safely on disk.</returns>
    Task<string> PutAsync(Func<Stream, CancellationToken, Task> write, CancellationToken cancellation = default);

    /// <summary>Opens a blob whose content was found to match its name.</summary>
    /// <returns>A readable, seekable stream at its beginning.</returns>
    /// <exception cref="ArgumentException"><paramref name="sha256"/> is not 64 lower-case hex digits.</exception>
    /// <exception cref="BlobNotFoundException">There is no such blob.</exception>
    /// <exception cref="BlobIntegrityException">The stored bytes are not those that were put.</exception>
    Task<Stream> OpenReadAsync(string sha256, CancellationToken cancellation = default);

    /// <summary>Whether there is such a blob; its content is not checked.</summary>
    /// <exception cref="ArgumentException"><paramref name="sha256"/> is not 64 lower-case hex digits.</exception>
    Task<bool> ExistsAsync(string sha256, CancellationToken cancellation = default);

    /// <summary>The SHA-256 of every blob, in no particular order.</summary>
    IAsyncEnumerable<string> ListAsync(CancellationToken cancellation = default);

    /// <summary>Every blob with its length and when it was put last, in no particular order.</summary>
    IAsyncEnumerable<BlobEntry> EntriesAsync(CancellationToken cancellation = default);

    /// <summary>
    /// Deletes a blob, unless it was put at or after <paramref name="putBefore"/>: also by somebody who puts it at this moment. Who reads it
    /// reads on.
    /// </summary>
    /// <returns>Whether it was there and is not any more.</returns>
    /// <exception cref="ArgumentException"><paramref name="sha256"/> is not 64 lower-case hex digits.</exception>
    Task<bool> DeleteAsync(string sha256, DateTimeOffset putBefore, CancellationToken cancellation = default);
}

/// <summary>A blob in the store.</summary>
/// <param name="Sha256">Its name.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Put">When it was put last.</param>
public sealed record BlobEntry(string Sha256, long Bytes, DateTimeOffset Put);

/// <summary>Short forms.</summary>
public static class BlobStoreExtensions
{
    /// <summary>Stores what <paramref name="write"/> writes.</summary>
    public static Task<string> PutAsync(this IBlobStore blobs, Action<Stream> write, CancellationToken cancellation = default) =>
        blobs.PutAsync(
            (stream, _) =>
            {
                write(stream);
                return Task.CompletedTask;
            },
            cancellation);

    /// <summary>Stores the rest of <paramref name="content"/>.</summary>
    public static Task<string> PutAsync(this IBlobStore blobs, Stream content, CancellationToken cancellation = default) =>
        blobs.PutAsync((stream, token) => content.CopyToAsync(stream, token), cancellation);

    /// <summary>Stores <paramref name="content"/>.</summary>
    public static Task<string> PutAsync(this IBlobStore blobs, ReadOnlyMemory<byte> content, CancellationToken cancellation = default) =>
        blobs.PutAsync((stream, token) => stream.WriteAsync(content, token).AsTask(), cancellation);

    /// <summary>Reads a whole blob.</summary>
    public static async Task<byte[]> ReadAsync(this IBlobStore blobs, string sha256, CancellationToken cancellation = default)
    {
        await using var stream = await blobs.OpenReadAsync(sha256, cancellation);
        var content = new byte[stream.Length];
        await stream.ReadExactlyAsync(content, cancellation);
        return content;
    }
}

/// <summary>There is no blob of that name.</summary>
/// <param name="sha256">Its name.</param>
public sealed class BlobNotFoundException(string sha256) : Exception($"Blob {sha256} is not in the store.")
{
    /// <summary>The blob's name.</summary>
    public string Sha256 { get; } = sha256;
}

/// <summary>A blob's bytes are not those that were put: a damaged disk, or somebody changed them.</summary>
/// <param name="sha256">Its name: the SHA-256 it should have.</param>
/// <param name="actual">The SHA-256 it has.</param>
public sealed class BlobIntegrityException(string sha256, string actual)
    : Exception($"Blob {sha256} is corrupted: its content has SHA-256 {actual}.")
{
    /// <summary>The blob's name.</summary>
    public string Sha256 { get; } = sha256;

    /// <summary>The SHA-256 of its bytes.</summary>
    public string Actual { get; } = actual;
}
