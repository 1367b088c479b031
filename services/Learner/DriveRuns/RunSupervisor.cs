using System.Collections.Concurrent;
using Marten;
using MassTransit;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Learner.DriveRuns;

/// <summary>
/// Keeps one loop for each run that is under way: those that the store knows when the Learner starts, and those that are started or
/// resumed later. A loop that fails because the broker or the database is away is begun again; any other failure ends the run as
/// <see cref="RunFailed"/>, which a person can read and resume.
/// </summary>
public sealed class RunSupervisor(
    EventAppender events, CheckpointStore checkpoints, PictureSetStore pictureSets, PictureReader pictures, IBus bus, ScoreInbox inbox,
    IDocumentStore store, IOptions<LearnerOptions> options, ILogger<RunSupervisor> logger) : BackgroundService
{
    readonly Lock turn = new();
    readonly Dictionary<Guid, Task> runs = [];
    readonly ConcurrentDictionary<Guid, bool> stopping = [];
    readonly SemaphoreSlim learning = new(1, 1);
    readonly TaskCompletionSource<CancellationToken> started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Sees to it that the run has a loop; after the one that is just ending, when there is one.</summary>
    public void Start(Guid runId)
    {
        lock (turn) runs[runId] = KeepAsync(runId, runs.GetValueOrDefault(runId, Task.CompletedTask));
    }

    /// <summary>Pauses the run's loop, when it has one here, and waits until it has ended.</summary>
    public async Task StopAsync(Guid runId, CancellationToken cancel)
    {
        stopping[runId] = true;
        try
        {
            inbox.Deliver(runId, new Arrival(Guid.Empty, Stage.Sample, [], 0)); // wakes it
            await EndAsync(runId).WaitAsync(cancel);
        }
        finally
        {
            stopping.TryRemove(runId, out _);
        }
    }

    /// <summary>Waits for a pause that somebody asked for and that has not come yet.</summary>
    public Task PausedAsync(Guid runId, CancellationToken cancel) =>
        stopping.ContainsKey(runId) ? EndAsync(runId).WaitAsync(cancel) : Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        started.SetResult(stoppingToken);
        foreach (var runId in await UnfinishedAsync(stoppingToken)) Start(runId);
        await Task.Delay(Timeout.Infinite, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
        await Task.WhenAll(Loops());
    }

    Task[] Loops()
    {
        lock (turn) return [.. runs.Values];
    }

    Task EndAsync(Guid runId)
    {
        lock (turn) return runs.GetValueOrDefault(runId, Task.CompletedTask);
    }

    async Task KeepAsync(Guid runId, Task previous)
    {
        await Task.Yield();
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var cancel = await started.Task;
        for (var pause = TimeSpan.FromSeconds(1); !cancel.IsCancellationRequested; pause = Longer(pause))
        {
            try
            {
                await DriveAsync(runId, cancel);
                return;
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (Outage.Is(exception))
            {
                logger.LogWarning(exception, "Run {RunId} is interrupted ({Reason}); trying again in {Pause}.", runId, exception.Message, pause);
            }
            catch (Exception exception)
            {
                logger.LogError(exception, "Run {RunId} failed.", runId);
                if (await TryFailAsync(runId, exception, cancel)) return;
            }
            await Task.Delay(pause, cancel).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    async Task DriveAsync(Guid runId, CancellationToken cancel)
    {
        using var properties = logger.BeginScope(new Dictionary<string, object> { ["RunId"] = runId });
        var loop = new RunLoop(
            runId, events, checkpoints, pictureSets, pictures, bus, inbox.Open(runId), () => stopping.ContainsKey(runId), learning,
            options.Value, logger);
        try
        {
            await loop.RunAsync(cancel);
        }
        finally
        {
            inbox.Close(runId);
        }
    }

    async Task<bool> TryFailAsync(Guid runId, Exception exception, CancellationToken cancel)
    {
        try
        {
            var journal = await RunJournal.LoadAsync(events, runId, cancel);
            if (journal.State.Status != RunStatus.Running) return true;
            // PostgreSQL's JSON has no NUL.
            var reason = $"{exception.GetType().Name}: {exception.Message}".Replace('\0', '\uFFFD');
            var failed = new RunFailed(runId, journal.State.Version, reason);
            await journal.AppendAsync("run-failed", journal.State.StreamVersion, failed, cancel);
            await bus.Publish(failed, cancel);
            return true;
        }
        catch (Exception second) when (!cancel.IsCancellationRequested)
        {
            logger.LogWarning(second, "Run {RunId}: its failure could not be recorded; trying again.", runId);
            return false;
        }
    }

    async Task<IReadOnlyList<Guid>> UnfinishedAsync(CancellationToken cancel)
    {
        for (var pause = TimeSpan.FromSeconds(1); ; pause = Longer(pause))
        {
            try
            {
                return await UnfinishedRuns.FindAsync(store, cancel);
            }
            catch (Exception exception) when (Outage.Is(exception))
            {
                logger.LogWarning("The event store does not answer ({Reason}); trying again in {Pause}.", exception.Message, pause);
                await Task.Delay(pause, cancel);
            }
        }
    }

    TimeSpan Longer(TimeSpan pause) => pause * 2 < options.Value.LongestPause ? pause * 2 : options.Value.LongestPause;
}
