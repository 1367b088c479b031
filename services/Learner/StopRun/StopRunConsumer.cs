using MassTransit;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Learner.DriveRuns;

namespace Pipeline.Learner.StopRun;

/// <summary>Pauses a run. Stopping one that is not running changes nothing.</summary>
public sealed class StopRunConsumer(EventAppender events, RunSupervisor supervisor) : IConsumer<Contracts.StopRun>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<Contracts.StopRun> context)
    {
        var runId = context.Message.RunId;
        if (supervisor.RequestStop(runId)) return;

        // It has no loop just now (an outage, say): pause it in its stream, so that no loop begins again.
        var journal = await RunJournal.LoadAsync(events, runId, context.CancellationToken);
        if (journal.State.Status != RunStatus.Running) return;
        await journal.AppendAsync("run-stopped", journal.State.StreamVersion, new RunStopped(runId, journal.State.Version), context.CancellationToken);
    }
}
