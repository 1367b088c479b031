using MassTransit;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Learner.DriveRuns;

namespace Pipeline.Learner.ResumeRun;

/// <summary>Lets a stopped or failed run go on where it was. Resuming any other run only sees to it that it has a loop.</summary>
public sealed class ResumeRunConsumer(EventAppender events, RunSupervisor supervisor) : IConsumer<Contracts.ResumeRun>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<Contracts.ResumeRun> context)
    {
        var runId = context.Message.RunId;
        await supervisor.PausedAsync(runId, context.CancellationToken);
        var journal = await RunJournal.LoadAsync(events, runId, context.CancellationToken);
        if (journal.State.Status is RunStatus.Stopped or RunStatus.Failed)
            await journal.AppendAsync("run-resumed", journal.State.StreamVersion, new RunResumed(runId, journal.State.Version), context.CancellationToken);
        if (journal.State.Status == RunStatus.Running) supervisor.Start(runId);
    }
}
