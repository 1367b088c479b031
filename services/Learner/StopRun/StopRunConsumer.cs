using MassTransit;
using Pipeline.Hosting;
using Pipeline.Learner.DriveRuns;

namespace Pipeline.Learner.StopRun;

/// <summary>Pauses a run. Stopping one that is not running changes nothing.</summary>
public sealed class StopRunConsumer(EventAppender events, RunSupervisor supervisor) : IConsumer<Contracts.StopRun>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<Contracts.StopRun> context)
    {
        // Acknowledged only when the stream says that the run is paused: should the Learner die before, the command comes again.
        var runId = context.Message.RunId;
        await supervisor.StopAsync(runId, context.CancellationToken);

        // It had no loop, or one that died in an outage: pause it in its stream, so that no loop begins again.
        var journal = await RunJournal.LoadAsync(events, runId, context.CancellationToken);
        if (journal.State.Status != RunStatus.Running) return;
        await journal.StopAsync(context.CancellationToken);
    }
}
