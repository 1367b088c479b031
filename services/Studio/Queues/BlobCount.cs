using Pipeline.Hosting;

namespace Pipeline.Studio.Queues;

/// <summary>How many blobs there are and how large they are.</summary>
/// <param name="Blobs">How many.</param>
/// <param name="Bytes">How many bytes.</param>
/// <param name="At">When they were counted.</param>
sealed record CountedBlobs(long Blobs, long Bytes, DateTimeOffset At);

/// <summary>
/// Counts the blobs now and then, when somebody wants to know: a look at every file, or a list of a whole bucket, takes longer than a page may.
/// </summary>
sealed class BlobCount(IBlobStore blobs, IHostApplicationLifetime lifetime, ILogger<BlobCount> log)
{
    static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(1);

    readonly Lock _lock = new();
    Task _counting = Task.CompletedTask;
    CountedBlobs? _newest;

    /// <summary>The newest count, which may be a minute old; null until there is one. Asking for it has them counted again when it is old.</summary>
    public CountedBlobs? Newest
    {
        get
        {
            lock (_lock)
            {
                if (_counting.IsCompleted && (_newest is null || DateTimeOffset.UtcNow - _newest.At > GoodFor)) _counting = Task.Run(CountAsync);
                return _newest;
            }
        }
    }

    async Task CountAsync()
    {
        try
        {
            var (count, bytes) = (0L, 0L);
            await foreach (var blob in blobs.EntriesAsync(lifetime.ApplicationStopping))
            {
                count++;
                bytes += blob.Bytes;
            }
            lock (_lock) _newest = new(count, bytes, DateTimeOffset.UtcNow);
        }
        catch (Exception error) when (error is IOException or BlobStorageException or OperationCanceledException)
        {
            log.LogWarning("The blobs cannot be counted: {Problem}", error.Message);
        }
    }
}
