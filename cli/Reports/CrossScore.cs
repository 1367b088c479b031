using Pipeline.Cli.Runs;
using Pipeline.Contracts;

namespace Pipeline.Cli.Reports;

/// <summary>A mean before and after.</summary>
/// <param name="Before">Of version 0.</param>
/// <param name="After">Of the last version.</param>
sealed record Change(double Before, double After);

/// <summary>
/// A reward's own mean score of the held-out pictures' captions, trained on or not: what one reward gained, another may have lost.
/// </summary>
/// <param name="Weight">Its weight in the run; 0: it was only recorded.</param>
/// <param name="Greedy">With greedy captions; null when they were not evaluated.</param>
/// <param name="Sampled">With captions sampled at the run's temperature; null when they were not evaluated.</param>
sealed record CrossScore(double Weight, Change? Greedy, Change? Sampled)
{
    /// <summary>Every reward of the run, by name; those that were trained on first.</summary>
    public static IReadOnlyDictionary<string, CrossScore> Of(RunHistory run) =>
        (run.Settings?.Rewards ?? new Dictionary<string, double>())
        .OrderByDescending(reward => reward.Value > 0).ThenBy(reward => reward.Key, StringComparer.Ordinal)
        .ToDictionary(reward => reward.Key, reward => new CrossScore(
            reward.Value, Of(run, reward.Key, DecodingMode.Greedy), Of(run, reward.Key, DecodingMode.Sample)));

    static Change? Of(RunHistory run, string reward, DecodingMode mode) =>
        Mean(run, 0, reward, mode) is { } before && Mean(run, run.Steps.Count, reward, mode) is { } after ? new(before, after) : null;

    static double? Mean(RunHistory run, int version, string reward, DecodingMode mode) =>
        run.Evaluation(version, BeforeAndAfter.Split, mode)?.Rewards.GetValueOrDefault(reward)?.Mean;
}
