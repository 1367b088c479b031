using Pipeline.Contracts;

namespace Pipeline.Cli.Reports;

/// <summary>A mean before and after.</summary>
/// <param name="Before">Of version 0, or of the first steps.</param>
/// <param name="After">Of the last version, or of the last steps.</param>
sealed record Change(double Before, double After);

/// <summary>
/// A reward's own mean score, trained on or not: what one reward gained, another may have lost.
/// </summary>
/// <param name="Weight">Its weight in the run; 0: it was only recorded.</param>
/// <param name="Greedy">Of the held-out pictures' greedy captions; null when they were not evaluated.</param>
/// <param name="Sampled">Of their captions sampled at the run's temperature; null when they were not evaluated.</param>
/// <param name="Training">
/// Of the training captions, in the first and in the last tenth of the steps; null before there are two steps.
/// </param>
sealed record CrossScore(double Weight, Change? Greedy, Change? Sampled, Change? Training)
{
    /// <summary>How many steps the first and the last tenth of a run have: at least one.</summary>
    public static int Tenth(int steps) => Math.Max(1, steps / 10);

    /// <summary>Every reward of the run, by name; those that were trained on first.</summary>
    public static IReadOnlyDictionary<string, CrossScore> Of(RunHistory run) =>
        (run.Settings?.Rewards ?? new Dictionary<string, double>())
        .OrderByDescending(reward => reward.Value > 0).ThenBy(reward => reward.Key, StringComparer.Ordinal)
        .ToDictionary(reward => reward.Key, reward => new CrossScore(
            reward.Value, Of(run, reward.Key, DecodingMode.Greedy), Of(run, reward.Key, DecodingMode.Sample), Trained(run, reward.Key)));

    static Change? Of(RunHistory run, string reward, DecodingMode mode) =>
        Mean(run, 0, reward, mode) is { } before && Mean(run, run.Steps.Count, reward, mode) is { } after ? new(before, after) : null;

    static Change? Trained(RunHistory run, string reward)
    {
        var means = run.Steps.Select(step => step.Made.Metrics.GetValueOrDefault($"reward/{reward}/mean", double.NaN)).ToArray();
        var tenth = Tenth(means.Length);
        return means.Length < 2 || means.Any(double.IsNaN) ? null : new(means[..tenth].Average(), means[^tenth..].Average());
    }

    static double? Mean(RunHistory run, int version, string reward, DecodingMode mode) =>
        run.Evaluation(version, BeforeAndAfter.Split, mode)?.Rewards.GetValueOrDefault(reward)?.Mean;
}
