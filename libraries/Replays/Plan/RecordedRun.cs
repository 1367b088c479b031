using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Replays;

/// <summary>A run's settings and the steps that were learned.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Settings">What was asked for.</param>
/// <param name="Steps">The steps whose policy was made, oldest first.</param>
public sealed record RecordedRun(Guid RunId, RunSettings Settings, IReadOnlyList<StepOpened> Steps)
{
    /// <summary>Reads a run's stream.</summary>
    /// <exception cref="ReplayException">There is no such run, or it is a branch.</exception>
    public static async Task<RecordedRun> LoadAsync(EventAppender events, Guid runId, CancellationToken cancellation)
    {
        var history = (await events.LoadStreamAsync(Streams.Run(runId), 0, cancellation)).Select(@event => @event.Data).ToList();
        var started = history.OfType<RunStarted>().FirstOrDefault() ?? throw new ReplayException($"there is no run {runId}");
        if (started.Settings.Branch is { } branch)
            throw new ReplayException($"run {runId} is a branch and wrote no captions to learn from: those are of run {branch.RunId}");
        var made = history.OfType<PolicyUpdated>().Select(updated => updated.Version - 1).ToHashSet();
        return new(runId, started.Settings, [.. history.OfType<StepOpened>().Where(step => made.Contains(step.Step)).OrderBy(step => step.Step)]);
    }

    /// <summary>
    /// The recorded reward that a new one is compared with unless somebody says otherwise: the one of the same name, else the one with the
    /// largest weight.
    /// </summary>
    public string Counterpart(string reward) => Settings.Rewards.ContainsKey(reward)
        ? reward
        : Settings.Rewards.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal).First().Key;
}
