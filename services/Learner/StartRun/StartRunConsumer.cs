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
            var errors = RunSettingsValidator.Validate(settings);
            if (errors.Count > 0)
            {
                await journal.AppendAsync("run-failed", journal.State.StreamVersion, new RunFailed(runId, 0, string.Join(' ', errors)), context.CancellationToken);
                return;
            }
        }
        supervisor.Start(runId);
    }
}
