using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Pipeline.Studio.Live;

/// <summary>
/// Tells whoever listens what is appended to the store, a batch at a time. The store is asked only while somebody listens, once for all of
/// them. News are hints to look again: a listener that is too slow misses some, and nothing piles up for it.
/// </summary>
sealed class LiveFeed(NpgsqlDataSource database, IOptions<StudioOptions> options, ILogger<LiveFeed> log) : BackgroundService
{
    /// <summary>Batches that wait for a listener.</summary>
    const int Waiting = 16;

    /// <summary>Changes that a listener hears of at once; of more than that it hears the newest.</summary>
    const int Most = 500;

    readonly ConcurrentDictionary<Channel<IReadOnlyList<Change>>, byte> _listeners = new();
    readonly SemaphoreSlim _wanted = new(0, 1);

    /// <summary>What is appended from now on, until the caller cancels.</summary>
    public async IAsyncEnumerable<IReadOnlyList<Change>> ListenAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var channel = Channel.CreateBounded<IReadOnlyList<Change>>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest });
        _listeners[channel] = 0;
        if (_wanted.CurrentCount == 0) _wanted.Release();
        try
        {
            await foreach (var changes in channel.Reader.ReadAllAsync(cancellation)) yield return changes;
        }
        finally
        {
            _listeners.TryRemove(channel, out _);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await _wanted.WaitAsync(stoppingToken);
            long? last = null;
            while (!_listeners.IsEmpty)
            {
                try
                {
                    last = last is { } known ? await TellAsync(known, stoppingToken) : await NewestAsync(stoppingToken);
                }
                catch (NpgsqlException error)
                {
                    log.LogWarning("PostgreSQL does not answer ({Problem}): pages are not live until it does", error.Message);
                    last = null;
                }
                await Task.Delay(options.Value.Refresh, stoppingToken);
            }
        }
    }

    async Task<long> TellAsync(long last, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select seq_id, stream_id, type, timestamp from mt_events where seq_id > $1 order by seq_id desc limit {Most}");
        command.Parameters.Add(new() { Value = last });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var changes = new List<Change>();
        while (await rows.ReadAsync(cancellation))
            changes.Add(new(rows.GetInt64(0), rows.GetString(1), rows.GetString(2), rows.GetFieldValue<DateTimeOffset>(3)));
        if (changes.Count == 0) return last;
        changes.Reverse();
        foreach (var listener in _listeners.Keys) listener.Writer.TryWrite(changes);
        return changes[^1].Number;
    }

    async Task<long> NewestAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select coalesce(max(seq_id), 0) from mt_events");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
