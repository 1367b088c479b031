using Pipeline.Cli.Terminal;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Projections.Runs;

namespace Pipeline.Cli.ArchiveRun;

/// <summary>
/// Puts a run away: first the event that says so and what is dropped, then the streams, the blobs last. When it is interrupted, asking again does
/// the rest.
/// </summary>
sealed class RunArchive(Connection connection)
{
    /// <summary>What would be done.</summary>
    /// <exception cref="CliException">The run is under way, or another one is and may be using what would be dropped.</exception>
    public async Task<(RunHistory Run, ArchivePlan Plan)> PlanAsync(Guid runId, bool dropBlobs, CancellationToken cancellation)
    {
        var runs = new RunCatalogue(connection);
        var run = await runs.LoadAsync(runId, cancellation);
        if (run.State == RunState.Running)
            throw new CliException($"run {Format.Short(runId)} is under way: {ThisCommand.Name} stop {Format.Short(runId)} pauses it");
        var others = (await runs.SummariesAsync(cancellation)).Where(other => other.RunId != runId && other.Phase == RunPhase.Running);
        if (dropBlobs && others.FirstOrDefault() is { } busy)
            throw new CliException($"run {Format.Short(busy.RunId)} is under way and may be using the same drawings: wait for it, or stop it");
        if (run.Archived is { } archived && dropBlobs && archived.Dropped.Count == 0)
            throw new CliException($"run {Format.Short(runId)} is archived with all its blobs: nothing is appended to it any more, and what is dropped must be recorded");

        var captions = await CaptionsAsync(runId, cancellation);
        return (run, await ArchivePlan.MakeAsync(connection, run, captions, dropBlobs, cancellation));
    }

    /// <summary>Does it.</summary>
    /// <returns>How many blobs were deleted.</returns>
    public async Task<int> ArchiveAsync(RunHistory run, ArchivePlan plan, CancellationToken cancellation)
    {
        var began = DateTimeOffset.UtcNow;
        var dropped = run.Archived?.Dropped ?? plan.Dropped;
        var (stream, events) = (Streams.Run(run.RunId), connection.Events);
        if (run.Archived is null)
            await events.AppendExpectedAsync(
                stream, run.Version, [(Ids.Event(stream, "run-archived"), new RunArchived(run.RunId, run.Steps.Count, plan.Kept, dropped))],
                new MessageMetadata(run.RunId, "the run was archived"), cancellation);
        await events.ArchiveAsync(plan.Streams, cancellation);

        var deleted = 0;
        // Asked again after an interruption: only what still nobody else uses.
        foreach (var blob in run.Archived is null ? dropped : dropped.Intersect(plan.Dropped))
            if (await connection.Blobs.DeleteAsync(blob, began, cancellation))
                deleted++;
        return deleted;
    }

    /// <summary>The captions that were written for the run: those that a branch learned from belong to another one.</summary>
    async Task<IReadOnlyList<Guid>> CaptionsAsync(Guid runId, CancellationToken cancellation)
    {
        var events = (await connection.Events.LoadStreamAsync(Streams.Run(runId), 0, cancellation)).Select(@event => @event.Data).ToArray();
        var isBranch = events.OfType<RunStarted>().Single().Settings.Branch is not null;
        return
        [
            .. events.SelectMany(@event => @event switch
            {
                StepOpened step when !isBranch => step.Captions,
                EvaluationOpened evaluation => evaluation.Captions,
                _ => [],
            }).Select(caption => caption.CaptionId),
        ];
    }
}
