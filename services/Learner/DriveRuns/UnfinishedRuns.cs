using Pipeline.Contracts;
using Pipeline.Hosting.Events;

namespace Pipeline.Learner.DriveRuns;

/// <summary>Finds the runs that a starting Learner must take up.</summary>
public static class UnfinishedRuns
{
    /// <summary>Runs whose last turn is a start or a resumption, oldest first.</summary>
    public static async Task<IReadOnlyList<Guid>> FindAsync(EventAppender events, CancellationToken cancel)
    {
        var turns = await events.LoadAllAsync(
            [typeof(RunStarted), typeof(RunResumed), typeof(RunStopped), typeof(RunFailed), typeof(RunCompleted)], cancel);
        var running = new List<Guid>();
        foreach (var turn in turns)
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
