using Marten;
using Marten.Events;
using Pipeline.Contracts;

namespace Pipeline.Learner.DriveRuns;

/// <summary>Finds the runs that a starting Learner must take up.</summary>
public static class UnfinishedRuns
{
    /// <summary>Runs whose last turn is a start or a resumption, oldest first.</summary>
    public static async Task<IReadOnlyList<Guid>> FindAsync(IDocumentStore store, CancellationToken cancel)
    {
        await using var session = store.QuerySession();
        var turns = await session.Events.QueryAllRawEvents()
            .Where(@event => @event.EventTypesAre(
                typeof(RunStarted), typeof(RunResumed), typeof(RunStopped), typeof(RunFailed), typeof(RunCompleted)))
            .OrderBy(@event => @event.Sequence)
            .ToListAsync(cancel);
        var running = new List<Guid>();
        foreach (var turn in turns.Select(@event => @event.Data))
            switch (turn)
            {
                case RunStarted started: running.Add(started.RunId); break;
                case RunResumed resumed: running.Add(resumed.RunId); break;
                case RunStopped stopped: running.Remove(stopped.RunId); break;
                case RunFailed failed: running.Remove(failed.RunId); break;
                case RunCompleted completed: running.Remove(completed.RunId); break;
            }
        return running;
    }
}
