using Pipeline.Cli.Runs;
using Pipeline.Contracts;

namespace Pipeline.Cli.Reports;

/// <summary>A finished run's figures, for programs.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Steps">Learning steps taken.</param>
/// <param name="Seconds">From its first to its last event, pauses included.</param>
/// <param name="CaptionsPerSecond">Captions learned from in that time; evaluations' captions do not count.</param>
/// <param name="MillisecondsPerStep">
/// Means over the steps: <c>total</c> by the clock, and by stage (<c>sample</c>, <c>render</c>, <c>score</c>, <c>wait</c>,
/// <c>reference</c>, <c>update</c>, <c>save</c>). Sampling and scoring work side by side, so the stages may add up to more than the total.
/// </param>
/// <param name="WeightsSha256">SHA-256 of the final model.safetensors; null when no step was taken.</param>
/// <param name="HeldOut">Greedy captions of the held-out pictures; null when they were not evaluated.</param>
/// <param name="Sampled">The same with captions sampled at the run's temperature.</param>
/// <param name="CrossScores">Every reward's mean over the held-out pictures, trained on or not, by name.</param>
/// <param name="Drawings">What was drawn; null for a run that draws nothing.</param>
/// <param name="Metrics">The held-out captions by the field's metrics, by name; none in runs from before there were any.</param>
/// <param name="Suspicions">Versions that may have hacked their reward, with the figures that say so.</param>
sealed record RunReport(
    Guid RunId, int Steps, double Seconds, double CaptionsPerSecond, IReadOnlyDictionary<string, double> MillisecondsPerStep,
    string? WeightsSha256, BeforeAndAfter? HeldOut, BeforeAndAfter? Sampled, IReadOnlyDictionary<string, CrossScore> CrossScores,
    DrawingFigures? Drawings, IReadOnlyDictionary<string, MetricChange> Metrics, IReadOnlyList<RewardHackingSuspected> Suspicions)
{
    /// <summary>The report of <paramref name="run"/>, with what was drawn for it.</summary>
    public static async Task<RunReport> LoadAsync(Connection connection, RunHistory run, CancellationToken cancellation) => Of(
        run, run.Settings?.Drawing is null
            ? null
            : DrawingFigures.Of([.. (await RunDrawings.LoadAsync(connection, run.RunId, cancellation)).Select(drawn => drawn.Rendered)]));

    /// <summary>The report of <paramref name="run"/>.</summary>
    public static RunReport Of(RunHistory run, DrawingFigures? drawings)
    {
        var seconds = (run.LastEventAt - run.StartedAt).TotalSeconds;
        return new RunReport(
            run.RunId, run.Steps.Count, Math.Round(seconds, 3), seconds > 0 ? Math.Round(run.Captions() / seconds, 3) : 0,
            run.MillisecondsPerStep(), run.Steps.Count > 0 ? run.Steps[^1].Made.WeightsSha256 : null,
            BeforeAndAfter.Of(run, DecodingMode.Greedy), BeforeAndAfter.Of(run, DecodingMode.Sample),
            CrossScore.Of(run), drawings, MetricChange.Of(run), run.Suspicions);
    }
}

/// <summary>
/// Means over the held-out pictures of the first and the last version, by name: <c>reward</c> is what the run learned from; the others
/// are the details of its rewards, such as an oracle's <c>precision</c>.
/// </summary>
/// <param name="Before">Version 0.</param>
/// <param name="After">The last version.</param>
sealed record BeforeAndAfter(IReadOnlyDictionary<string, double> Before, IReadOnlyDictionary<string, double> After)
{
    /// <summary>The split that is never learned from.</summary>
    public const string Split = "heldout";

    /// <summary>The figures with captions decoded so; null when one of the versions was not evaluated.</summary>
    public static BeforeAndAfter? Of(RunHistory run, DecodingMode mode) =>
        run.Evaluation(0, Split, mode) is { } before && run.Evaluation(run.Steps.Count, Split, mode) is { } after
            ? new BeforeAndAfter(Figures(run, before), Figures(run, after))
            : null;

    /// <summary>The order in which people expect an oracle's figures; others follow by name. The store keeps none.</summary>
    static readonly string[] Order = ["precision", "recall", "f1", "hallucination", "grammatical"];

    /// <summary>What every reward that looks at drawings says of them; the report has a section of its own for that.</summary>
    static readonly string[] OfDrawings = ["variance", "samples", "invalid"];

    static Dictionary<string, double> Figures(RunHistory run, Evaluated evaluation)
    {
        var figures = new Dictionary<string, double> { ["reward"] = run.Reward(evaluation) };
        var details = evaluation.Rewards.OrderBy(reward => reward.Key, StringComparer.Ordinal)
            .SelectMany(reward => reward.Value.Details)
            .OrderBy(detail => Array.IndexOf(Order, detail.Key) is >= 0 and var place ? place : Order.Length)
            .ThenBy(detail => detail.Key, StringComparer.Ordinal);
        foreach (var (name, mean) in details)
            if (!OfDrawings.Contains(name)) figures.TryAdd(name, mean);
        return figures;
    }
}
