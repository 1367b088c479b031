using Pipeline.Contracts;

namespace Pipeline.Learning.DetectHacking;

/// <summary>What a policy learns from, step by step: the trained rewards' means in their weights.</summary>
public static class TrainedReward
{
    /// <summary>Most steps at either end that are compared: enough to know their spread, few enough to be an end.</summary>
    const int MostSteps = 10;

    /// <summary>The trained rewards' names.</summary>
    public static string Name(RunSettings settings) => string.Join(" + ", Trained(settings));

    /// <summary>A step's; null when it has not recorded a trained reward's mean.</summary>
    public static double? Of(PolicyUpdated step, RunSettings settings)
    {
        var sum = 0.0;
        foreach (var reward in Trained(settings))
        {
            if (!step.Metrics.TryGetValue($"reward/{reward}/mean", out var mean)) return null;
            sum += settings.Rewards[reward] * mean;
        }
        return sum;
    }

    /// <summary>Each caption's, in an evaluation.</summary>
    public static IReadOnlyList<double> Of(MeasuredCaptions captions, RunSettings settings)
    {
        var sums = new double[captions.Fluency.Count];
        foreach (var reward in Trained(settings))
            for (var i = 0; i < sums.Length; i++) sums[i] += settings.Rewards[reward] * captions.Rewards[reward][i];
        return sums;
    }

    /// <summary>
    /// From the first steps to the latest, a quarter of all steps at either end but at most ten. A step's mean counts as one observation:
    /// captions of one step are of one policy, and steps take different pictures. Null before there are four steps.
    /// </summary>
    /// <param name="steps">Each step's, in order.</param>
    /// <param name="confidence">Of the interval.</param>
    public static Difference? Change(IReadOnlyList<double> steps, double confidence)
    {
        if (steps.Count < 4) return null;
        var count = Math.Clamp(steps.Count / 4, 2, MostSteps);
        return Difference.Independent([.. steps.Take(count)], [.. steps.TakeLast(count)], confidence);
    }

    static IEnumerable<string> Trained(RunSettings settings) =>
        settings.Rewards.Where(reward => reward.Value != 0).Select(reward => reward.Key).Order(StringComparer.Ordinal);
}
