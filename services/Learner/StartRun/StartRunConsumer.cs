using MassTransit;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Learner.DriveRuns;

namespace Pipeline.Learner.StartRun;

/// <summary>Begins a run's stream and its loop. The command sent again finds the run begun and changes nothing.</summary>
public sealed class StartRunConsumer(EventAppender events, RunSupervisor supervisor) : IConsumer<Contracts.StartRun>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<Contracts.StartRun> context)
    {
        var (runId, settings) = context.Message;
        var journal = await RunJournal.LoadAsync(events, runId, context.CancellationToken);
        if (journal.State.Status == RunStatus.Unknown)
        {
            await journal.AppendAsync("run-started", "", new RunStarted(runId, settings), context.CancellationToken);
            if (RunSettingsValidator.Problems(settings) is { Count: > 0 } problems)
            {
                var failed = new RunFailed(runId, 0, string.Join(' ', problems));
                await journal.AppendAsync("run-failed", journal.State.StreamVersion, failed, context.CancellationToken);
                await context.Publish(failed, context.CancellationToken);
                return;
            }
        }
        supervisor.Start(runId);
    }
}
