using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
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

    readonly ConcurrentDictionary<Listener, byte> _listeners = new();

    /// <summary>That somebody began to listen; once is enough.</summary>
    readonly Channel<bool> _wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>
    /// What is appended from now on, until the caller cancels. The first batch is empty and says that it begins: whoever looks at the store after it
    /// knows what it is not told, but for events that are committed later than their numbers say.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<Change>> ListenAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var listener = new Listener();
        try
        {
            _listeners[listener] = 0;
            _wanted.Writer.TryWrite(true);
            await listener.IsHeard.Task.WaitAsync(cancellation);
            yield return [];
            await foreach (var changes in listener.Batches.Reader.ReadAllAsync(cancellation)) yield return changes;
        }
        finally
        {
            _listeners.TryRemove(listener, out _);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await _wanted.Reader.ReadAsync(stoppingToken);
            long? last = null;
            var isAway = false;
            while (!_listeners.IsEmpty)
            {
                // Who listens before the store is asked hears of everything that the answer does not hold yet.
                var listening = _listeners.Keys.ToArray();
                try
                {
                    last = last is { } known ? await TellAsync(known, stoppingToken) : await NewestAsync(stoppingToken);
                    isAway = false;
                    foreach (var listener in listening) listener.IsHeard.TrySetResult();
                }
                catch (Exception error) when (!stoppingToken.IsCancellationRequested)
                {
                    if (!isAway) log.LogWarning("The store does not answer ({Problem}): pages are not live until it does", error.Message);
                    (isAway, last) = (true, null);
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
        foreach (var listener in _listeners.Keys) listener.Batches.Writer.TryWrite(changes);
        return changes[^1].Number;
    }

    async Task<long> NewestAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select coalesce(max(seq_id), 0) from mt_events");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    sealed class Listener
    {
        public Channel<IReadOnlyList<Change>> Batches { get; } = Channel.CreateBounded<IReadOnlyList<Change>>(
            new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest });

        public TaskCompletionSource IsHeard { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
