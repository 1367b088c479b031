using Pipeline.Client;
using Pipeline.Contracts;
using Pipeline.Projections;
using Pipeline.Projections.Runs;
using Pipeline.Studio.Shared;

namespace Pipeline.Studio.Run;

/// <summary>Stops runs and lets them go on, by asking the Learner.</summary>
sealed class RunControl(Connection connection, ProjectionStore projections)
{
    /// <summary>Pauses a run; what is under way stays open and is taken up again when it goes on.</summary>
    /// <exception cref="RequestException">It is not under way.</exception>
    public async Task StopAsync(Guid runId, CancellationToken cancellation)
    {
        var run = await RunAsync(runId, cancellation);
        if (run.Phase != RunPhase.Running) throw new RequestException($"Run {Format.Short(runId)} is not under way: it is {Word(run)}.");
        await connection.SendAsync(new StopRun(runId), cancellation);
    }

    /// <summary>Lets a run go on that was paused or failed.</summary>
    /// <exception cref="RequestException">It was not, or it is archived.</exception>
    public async Task ResumeAsync(Guid runId, CancellationToken cancellation)
    {
        var run = await RunAsync(runId, cancellation);
        if (run.Archived is not null) throw new RequestException($"Run {Format.Short(runId)} is archived: nothing is appended to it any more.");
        if (run.Phase is not (RunPhase.Stopped or RunPhase.Failed)) throw new RequestException($"Run {Format.Short(runId)} is {Word(run)}: there is nothing to go on with.");
        await connection.SendAsync(new ResumeRun(runId), cancellation);
    }

    async Task<RunSummary> RunAsync(Guid runId, CancellationToken cancellation) =>
        await projections.RunAsync(runId, cancellation) ?? throw new MissingException($"There is no run {runId}.");

    static string Word(RunSummary run) => run.Phase.ToString().ToLowerInvariant();
}
