using System.Collections.Concurrent;
using Pipeline.Client;
using Pipeline.Replays;

namespace Pipeline.Studio.Replays;

/// <summary>
/// Runs replays that were asked for here, in this process, until they are whole. What is scored stays when Studio ends in between; the same
/// request goes on from there.
/// </summary>
sealed class ReplayRunner(Connection connection, IHostApplicationLifetime lifetime, ILogger<ReplayRunner> log)
{
    /// <summary>How long a reward may be silent.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    readonly ConcurrentDictionary<Guid, byte> _running = new();
    readonly ConcurrentDictionary<Guid, string> _failures = new();

    /// <summary>Begins a replay, or goes on with one that is not whole, and returns as soon as it is recorded.</summary>
    /// <exception cref="RequestException">It cannot be done as asked.</exception>
    /// <exception cref="ReplayException">There is no such run, or no such caption.</exception>
    public async Task<Guid> StartAsync(ReplayOrder order, CancellationToken cancellation)
    {
        var prepared = await PreparedReplay.BeginAsync(connection, order, cancellation);
        Run(prepared);
        return prepared.Journal.Replay.ReplayId;
    }

    /// <summary>Goes on with a replay that is not whole.</summary>
    /// <exception cref="RequestException">There is no such replay, or nobody offers its reward.</exception>
    /// <exception cref="ReplayException">Its run has other captions by now.</exception>
    public async Task ContinueAsync(Guid replayId, CancellationToken cancellation) => Run(await PreparedReplay.TakeUpAsync(connection, replayId, cancellation));

    /// <summary>Whether it is under way in this process.</summary>
    public bool IsRunning(Guid replayId) => _running.ContainsKey(replayId);

    /// <summary>Why it ended early; null when it did not.</summary>
    public string? Failure(Guid replayId) => _failures.GetValueOrDefault(replayId);

    void Run(PreparedReplay prepared)
    {
        var replayId = prepared.Journal.Replay.ReplayId;
        if (prepared.Journal.Completed is not null || !_running.TryAdd(replayId, 0)) return;
        _failures.TryRemove(replayId, out _);
        _ = Task.Run(() => RunAsync(replayId, prepared));
    }

    async Task RunAsync(Guid replayId, PreparedReplay prepared)
    {
        try
        {
            await prepared.RunAsync(Patience, null, lifetime.ApplicationStopping);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // It goes on when somebody asks for it again.
        }
        catch (Exception error)
        {
            _failures[replayId] = error is ReplayException or RequestException ? error.Message : "Something went wrong that nobody foresaw; Studio's log has it.";
            log.LogWarning(error, "Replay {ReplayId} ended early", replayId);
        }
        finally
        {
            _running.TryRemove(replayId, out _);
        }
    }
}
