using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Projections;
using Pipeline.Projections.Replays;
using Pipeline.Replays;
using Pipeline.Studio.Shared;
using ReplayProgress = Pipeline.Projections.Replays.ReplayProgress;

namespace Pipeline.Studio.Replays;

/// <summary>A replay, what it was asked for and what it came to so far.</summary>
/// <param name="Progress">How far it is.</param>
/// <param name="Started">What was asked for.</param>
/// <param name="IsRunning">Whether Studio is at it at this moment; somebody on a terminal may be too.</param>
/// <param name="Failure">Why it ended early, when Studio was at it; null when it did not.</param>
/// <param name="Report">Old against new, over what is scored; null before the first score.</param>
sealed record ReplayView(ReplayProgress Progress, ReplayStarted Started, bool IsRunning, string? Failure, ReplayReport? Report);

/// <summary>A caption with both scores, as a point.</summary>
/// <param name="Id">The caption.</param>
/// <param name="X">The old score.</param>
/// <param name="Y">The new score.</param>
/// <param name="Text">What it says.</param>
/// <param name="Version">The version that wrote it.</param>
sealed record ScorePoint(Guid Id, double X, double Y, string Text, int Version);

/// <summary>Reads replays.</summary>
sealed class ReplayReader(ProjectionStore projections, EventAppender events, ReplayRunner runner)
{
    /// <summary>Points of a scatter plot: more than a screen tells apart. Of more captions as many are taken, spread evenly.</summary>
    public const int MostPoints = 20_000;

    /// <summary>A replay with its report.</summary>
    /// <exception cref="MissingException">There is no such replay.</exception>
    public async Task<ReplayView> ReadAsync(Guid replayId, CancellationToken cancellation)
    {
        var progress = await projections.ReplayAsync(replayId, cancellation) ?? throw new MissingException($"There is no replay {replayId}.");
        var started = (await events.LoadAsync<ReplayStarted>([Streams.Replay(replayId)], cancellation))[0];
        var scores = await projections.RescoredAsync(replayId, progress.Against, cancellation);
        var report = scores.Count == 0 ? null : ReplayReport.Of(started, progress.Model!, [.. scores.Select(Twice)]);
        return new(progress, started, runner.IsRunning(replayId), runner.Failure(replayId), report);
    }

    /// <summary>Its captions as points.</summary>
    /// <exception cref="MissingException">There is no such replay.</exception>
    public async Task<IReadOnlyList<ScorePoint>> PointsAsync(Guid replayId, CancellationToken cancellation)
    {
        var progress = await projections.ReplayAsync(replayId, cancellation) ?? throw new MissingException($"There is no replay {replayId}.");
        var scores = (await projections.RescoredAsync(replayId, progress.Against, cancellation)).Where(score => score.Old is not null).ToArray();
        var stride = Math.Max(1, (scores.Length + MostPoints - 1) / MostPoints);
        return [.. scores.Where((_, i) => i % stride == 0).Select(score => new ScorePoint(score.CaptionId, score.Old!.Value, score.New, score.Text, score.PolicyVersion))];
    }

    static ScoredTwice Twice(RescoredCaption score) =>
        new(score.CaptionId, score.Step, score.PolicyVersion, score.Picture, score.Text, score.Old, score.New);
}
