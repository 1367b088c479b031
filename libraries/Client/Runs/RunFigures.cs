using Pipeline.Contracts;

namespace Pipeline.Client;

/// <summary>Figures that people follow a run by, computed from its history.</summary>
public static class RunFigures
{
    /// <summary>Steps that rates are averaged over: enough to be steady, few enough to follow a change.</summary>
    const int Recent = 10;

    /// <summary>What the run learns from in that step: the rewards' means in their weights.</summary>
    public static double Reward(this RunHistory run, PolicyUpdated step) =>
        run.Settings!.Rewards.Where(reward => reward.Value != 0).Sum(reward => reward.Value * step.Mean(reward.Key));

    /// <summary>The same over an evaluation.</summary>
    public static double Reward(this RunHistory run, Evaluated evaluation) => run.Settings!.Rewards
        .Where(reward => reward.Value != 0)
        .Sum(reward => reward.Value * (evaluation.Rewards.TryGetValue(reward.Key, out var summary) ? summary.Mean : double.NaN));

    /// <summary>A reward's mean over the step's captions; NaN when it was not recorded.</summary>
    public static double Mean(this PolicyUpdated step, string reward) =>
        step.Metrics.GetValueOrDefault($"reward/{reward}/mean", double.NaN);

    /// <summary>The step's KL to the reference, in nats per caption; NaN when it was not recorded.</summary>
    public static double Kl(this PolicyUpdated step) => step.Metrics.GetValueOrDefault("objective/kl", double.NaN);

    /// <summary>Captions learned from per second, of late; null before the second step.</summary>
    public static double? CaptionsPerSecond(this RunHistory run) =>
        Lately(run) is var (captions, time, _) ? captions / time.TotalSeconds : null;

    /// <summary>How long the remaining steps take at the recent pace; null before the second step.</summary>
    public static TimeSpan? Remaining(this RunHistory run) =>
        Lately(run) is var (_, time, steps) ? time / steps * (run.Settings!.Steps - run.Steps.Count) : null;

    /// <summary>Captions learned from, from the first to the last step.</summary>
    public static int Captions(this RunHistory run) => run.Steps.Sum(step => step.Made.CaptionIds.Count);

    /// <summary>The mean of a timing (<c>time/...</c>) over the recent steps, in milliseconds; null when no step has it.</summary>
    public static double? RecentTiming(this RunHistory run, string name)
    {
        var values = run.Steps.TakeLast(Recent)
            .Where(step => step.Made.Timings.ContainsKey(name))
            .Select(step => step.Made.Timings[name])
            .ToArray();
        return values.Length == 0 ? null : values.Average();
    }

    /// <summary>Mean milliseconds of a step by stage, and <c>total</c> by the clock from the second step on.</summary>
    public static IReadOnlyDictionary<string, double> MillisecondsPerStep(this RunHistory run)
    {
        var stages = run.Steps.SelectMany(step => step.Made.Timings).GroupBy(timing => timing.Key["time/".Length..])
            .OrderBy(stage => stage.Key, StringComparer.Ordinal)
            .ToDictionary(stage => stage.Key, stage => Math.Round(stage.Average(timing => timing.Value), 1));
        if (run.Steps.Count > 1)
            stages["total"] = Math.Round((run.Steps[^1].Updated - run.Steps[0].Updated).TotalMilliseconds / (run.Steps.Count - 1), 1);
        return stages;
    }

    static (int Captions, TimeSpan Time, int Steps)? Lately(RunHistory run)
    {
        var recent = run.Steps.TakeLast(Recent + 1).ToArray();
        if (recent.Length < 2 || recent[^1].Updated <= recent[0].Updated) return null;
        return (recent.Skip(1).Sum(step => step.Made.CaptionIds.Count), recent[^1].Updated - recent[0].Updated, recent.Length - 1);
    }
}
