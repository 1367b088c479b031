using Microsoft.Extensions.Logging;

namespace Pipeline.Hosting;

/// <summary>
/// A blob store in a bucket that any number of machines share, with the keys that <see cref="FolderBlobStore"/> has as paths. Each machine
/// has a folder with copies of what it used last: weights and pictures come over the network once.
/// </summary>
public sealed class S3BlobStore : IBlobStore, IDisposable
{
    /// <summary>What was put so lately counts as put now: a request less for most of what is put again.</summary>
    static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    readonly S3Location _location;
    readonly S3Bucket _bucket;
    readonly BlobCache _cache;

    /// <summary>Opens the store that <paramref name="options"/> name. Nothing connects before it is used.</summary>
    public S3BlobStore(PipelineOptions options, ILogger<S3BlobStore> log)
        : this(options, log, pageSize: 1000)
    {
    }

    internal S3BlobStore(PipelineOptions options, ILogger<S3BlobStore> log, int pageSize)
    {
        _location = S3Location.TryParse(options.Blobs) ?? throw new ArgumentException("The place for blobs is no bucket.", nameof(options));
        _bucket = new S3Bucket(S3Client.Create(options.S3), _location.Bucket, pageSize);
        _cache = new BlobCache(options.BlobCache!, options.BlobCacheMegabytes << 20, log);
    }

    /// <summary>Whether the bucket can be used.</summary>
    /// <exception cref="BlobStorageException">It cannot.</exception>
    public Task CheckAsync(CancellationToken cancellation = default) => _bucket.CheckAsync(_location.Prefix, cancellation);

    /// <inheritdoc/>
    /// <remarks>Only when the bucket has it does it come into the cache: what can be read here can be read everywhere.</remarks>
    public Task<string> PutAsync(Func<Stream, CancellationToken, Task> write, CancellationToken cancellation = default) =>
        _cache.AddAsync(
            write,
            async (sha256, file, token) =>
            {
                var key = _location.KeyOf(sha256);
                var put = await _bucket.PutTimeAsync(key, token);
                if (put is null) await _bucket.UploadAsync(key, file, token);
                else if (put < DateTimeOffset.UtcNow - Fresh && !await _bucket.RenewAsync(key, token)) await _bucket.UploadAsync(key, file, token);
            },
            cancellation);

    /// <inheritdoc/>
    public async Task<Stream> OpenReadAsync(string sha256, CancellationToken cancellation = default) =>
        await _cache.OpenAsync(Sha256Hex.Require(sha256), cancellation) ?? await FetchAsync(sha256, cancellation);

    /// <inheritdoc/>
    public async Task<bool> ExistsAsync(string sha256, CancellationToken cancellation = default) =>
        await _bucket.PutTimeAsync(_location.KeyOf(sha256), cancellation) is not null;

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListAsync(CancellationToken cancellation = default) =>
        EntriesAsync(cancellation).Select(blob => blob.Sha256);

    /// <inheritdoc/>
    public IAsyncEnumerable<BlobEntry> EntriesAsync(CancellationToken cancellation = default) =>
        _bucket.ObjectsAsync(_location.Prefix, cancellation)
            .Select(found => _location.BlobOf(found.Key) is { } sha256 ? new BlobEntry(sha256, found.Bytes, found.Put) : null).OfType<BlobEntry>();

    /// <inheritdoc/>
    /// <remarks>
    /// A bucket cannot look and delete in one step: who puts the same between the two requests may lose it. That takes a blob which was
    /// neither put nor named for the whole grace time and is put again within these milliseconds.
    /// </remarks>
    public async Task<bool> DeleteAsync(string sha256, DateTimeOffset putBefore, CancellationToken cancellation = default)
    {
        var key = _location.KeyOf(sha256);
        if (await _bucket.PutTimeAsync(key, cancellation) is not { } put || put >= putBefore) return false;
        await _bucket.DeleteAsync(key, cancellation);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _bucket.Dispose();

    async Task<Stream> FetchAsync(string sha256, CancellationToken cancellation)
    {
        Stream? whole = null;
        try
        {
            await _cache.AddAsync(
                async (stream, token) =>
                {
                    if (!await _bucket.DownloadAsync(_location.KeyOf(sha256), stream, token)) throw new BlobNotFoundException(sha256);
                },
                (actual, file, _) =>
                {
                    if (actual != sha256) throw new BlobIntegrityException(sha256, actual);
                    // Before it comes into the cache, from which it may go again at any moment.
                    whole = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
                    return Task.CompletedTask;
                },
                cancellation);
            return whole!;
        }
        catch
        {
            if (whole is not null) await whole.DisposeAsync();
            throw;
        }
    }
}
