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

    readonly ConcurrentDictionary<Guid, Task> _running = new();
    readonly ConcurrentDictionary<Guid, string> _failures = new();

    /// <summary>Begins a replay, or goes on with one that is not whole, and returns as soon as it is recorded.</summary>
    /// <exception cref="RequestException">It cannot be done as asked.</exception>
    /// <exception cref="ReplayException">There is no such run, or no such caption.</exception>
    public async Task<Guid> StartAsync(ReplayOrder order, CancellationToken cancellation)
    {
        var prepared = await PreparedReplay.BeginAsync(connection, order, cancellation);
        var replayId = prepared.Journal.Replay.ReplayId;
        _failures.TryRemove(replayId, out _);
        if (prepared.Journal.Completed is null) _ = _running.GetOrAdd(replayId, _ => Task.Run(() => RunAsync(replayId, prepared)));
        return replayId;
    }

    /// <summary>Whether it is under way in this process.</summary>
    public bool IsRunning(Guid replayId) => _running.ContainsKey(replayId);

    /// <summary>Why it ended early; null when it did not.</summary>
    public string? Failure(Guid replayId) => _failures.GetValueOrDefault(replayId);

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
