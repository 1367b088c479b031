using Pipeline.Projections;
using Pipeline.Projections.Runs;

namespace Pipeline.Studio.Runs;

/// <summary>A run in one line.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Name">Its name.</param>
/// <param name="Phase">What it is doing.</param>
/// <param name="IsArchived">Whether it was put away.</param>
/// <param name="IsSuspected">Whether it may have hacked its reward.</param>
/// <param name="Step">Steps taken.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Captions">Captions learned from.</param>
/// <param name="CaptionsPerSecond">Captions learned from per second, over its newest steps; null before its second step.</param>
/// <param name="Rewards">Weight of each reward; 0: recorded, not trained on.</param>
/// <param name="Reward">What it learns from, over the newest step; null before the first.</param>
/// <param name="Curve">The same over all steps, in few points.</param>
/// <param name="Parent">The run that it branched from; null for none.</param>
/// <param name="Started">When it started.</param>
/// <param name="LastEvent">When its last event happened.</param>
sealed record RunLine(
    Guid RunId, string Name, RunPhase Phase, bool IsArchived, bool IsSuspected, int Step, int Steps, long Captions, double? CaptionsPerSecond,
    IReadOnlyDictionary<string, double> Rewards, double? Reward, IReadOnlyList<double> Curve, Guid? Parent, DateTimeOffset Started,
    DateTimeOffset LastEvent);

/// <summary>Lists runs.</summary>
sealed class RunList(ProjectionStore projections)
{
    /// <summary>Points of a small curve.</summary>
    const int Points = 60;

    /// <summary>Steps that the pace is measured over. The whole run would count the time that it was stopped.</summary>
    const int Recent = 10;

    /// <summary>Runs, newest first.</summary>
    /// <param name="from">How many to leave out.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>The runs and how many there are in all.</returns>
    public async Task<(IReadOnlyList<RunLine> Runs, int All)> PageAsync(int from, int count, CancellationToken cancellation)
    {
        var all = await projections.RunsAsync(cancellation);
        RunSummary[] page = [.. all.Reverse().Skip(from).Take(count)];
        var curves = await projections.SparklinesAsync([.. page.Select(run => run.RunId)], Points, cancellation);
        var lines = new List<RunLine>();
        foreach (var run in page)
            lines.Add(new(
                run.RunId, run.Settings.Name, run.Phase, run.Archived is not null, run.Suspicions is not null, run.Policy.Version, run.Settings.Steps,
                run.Captions, await PaceAsync(run, cancellation), run.Settings.Rewards, run.Reward, curves.GetValueOrDefault(run.RunId) ?? [],
                run.Settings.Branch?.RunId, run.Started, run.LastEvent));
        return (lines, all.Count);
    }

    async Task<double?> PaceAsync(RunSummary run, CancellationToken cancellation)
    {
        var figures = await projections.FiguresAsync(run.RunId, Math.Max(0, run.Policy.Version - Recent - 1), cancellation);
        return figures.Made.Length < 2 ? null : Rate(figures.Captions.Skip(1).Sum(), figures.Made[^1] - figures.Made[0]);
    }

    static double? Rate(long captions, TimeSpan time) => time > TimeSpan.Zero ? captions / time.TotalSeconds : null;
}
