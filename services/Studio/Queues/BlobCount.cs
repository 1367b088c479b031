using Pipeline.Hosting;

namespace Pipeline.Studio.Queues;

/// <summary>How many blobs there are and how large they are.</summary>
/// <param name="Blobs">How many.</param>
/// <param name="Bytes">How many bytes.</param>
/// <param name="At">When they were counted.</param>
sealed record CountedBlobs(long Blobs, long Bytes, DateTimeOffset At);

/// <summary>Why blobs could not be counted.</summary>
/// <param name="Problem">The reason.</param>
/// <param name="At">When that was found.</param>
sealed record CountProblem(string Problem, DateTimeOffset At);

/// <summary>
/// Counts the blobs now and then, when somebody wants to know: a look at every file, or a list of a whole bucket, takes longer than a page may.
/// </summary>
sealed class BlobCount(IBlobStore blobs, IHostApplicationLifetime lifetime, ILogger<BlobCount> log, TimeProvider? time = null)
{
    static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(1);

    readonly TimeProvider _time = time ?? TimeProvider.System;
    readonly Lock _lock = new();
    Task _counting = Task.CompletedTask;
    DateTimeOffset _ended = DateTimeOffset.MinValue;
    CountedBlobs? _counted;
    CountProblem? _problem;

    /// <summary>
    /// The newest count, which may be a minute old, and why there is no newer one; both null until the first has ended. Asking has them counted again
    /// when a minute has gone by, also when that could not be done.
    /// </summary>
    public (CountedBlobs? Counted, CountProblem? Problem) Newest
    {
        get
        {
            lock (_lock)
            {
                if (_counting.IsCompleted && _time.GetUtcNow() - _ended > GoodFor) _counting = Task.Run(CountAsync);
                return (_counted, _problem);
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
            End(new(count, bytes, _time.GetUtcNow()), null);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Nobody will look any more.
        }
        catch (Exception error)
        {
            // Said once: it stays on the page, and the log need not have it every minute.
            if (_problem?.Problem != error.Message) log.LogWarning(error, "The blobs cannot be counted; this is tried again when somebody looks after a minute");
            End(_counted, new(error.Message, _time.GetUtcNow()));
        }
    }

    void End(CountedBlobs? counted, CountProblem? problem)
    {
        lock (_lock) (_counted, _problem, _ended) = (counted, problem, _time.GetUtcNow());
    }
}
