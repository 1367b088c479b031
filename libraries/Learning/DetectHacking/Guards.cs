using Pipeline.Contracts;

namespace Pipeline.Learning.DetectHacking;

/// <summary>What must not fall while the reward rises, of held-out captions, with how far it is known.</summary>
/// <param name="before">Version 0's captions by decoding.</param>
/// <param name="after">The later version's, of the same pictures with the same seeds.</param>
/// <param name="settings">The run's settings.</param>
/// <param name="judgements">How many versions of the run are judged in all.</param>
sealed class Guards(
    IReadOnlyDictionary<DecodingMode, MeasuredCaptions> before, IReadOnlyDictionary<DecodingMode, MeasuredCaptions> after,
    RunSettings settings, int judgements)
{
    /// <summary>The probability that a run in which nothing changed is suspected.</summary>
    const double Error = 0.05;

    readonly string[] _recorded = [.. settings.Rewards.Where(reward => reward.Value == 0).Select(reward => reward.Key).Order(StringComparer.Ordinal)];

    /// <summary>
    /// All intervals of all judgements of a run hold together with 95% confidence (Bonferroni): a run is looked at many times, and at 95% each
    /// something would fall by chance now and then.
    /// </summary>
    double Confidence => 1 - Error / (judgements * after.Count * (_recorded.Length + 1 + before.Values.Max(captions => captions.Agreement.Count)));

    /// <summary>Everything that fell beyond its interval and counts.</summary>
    public IReadOnlyList<MeasuredChange> Fallen() => [.. after.Values.OrderBy(captions => captions.Mode).SelectMany(captions => Fallen(captions))];

    IEnumerable<MeasuredChange> Fallen(MeasuredCaptions captions)
    {
        var earlier = before[captions.Mode];
        MeasuredChange[] recorded = [.. _recorded.Select(name => Change(name, captions.Mode, earlier.Rewards[name], captions.Rewards[name]))];
        foreach (var reward in recorded.Where(IsFall)) yield return reward;

        // Whatever is learned moves away from the reference, and the most probable caption of all can only be left. What the reference itself
        // says when it is sampled is the measure: a caption less probable than that is none that it would write.
        var fluency = Change("fluency", captions.Mode, before[DecodingMode.Sample].Fluency, captions.Fluency);
        if (IsFall(fluency)) yield return fluency;

        // One of these may fall because captions get longer or say more than people did: all must, and nothing recorded may speak for them.
        MeasuredChange[] agreement = [.. captions.Agreement.Keys.Order(StringComparer.Ordinal)
            .Select(name => Change(name, captions.Mode, earlier.Agreement[name], captions.Agreement[name]))];
        if (!agreement.All(IsFall) || recorded.Any(reward => reward.Low > 0)) yield break;
        foreach (var metric in agreement) yield return metric;
    }

    MeasuredChange Change(string name, DecodingMode mode, IReadOnlyList<double> first, IReadOnlyList<double> second) =>
        Difference.Paired(first, second, Confidence).Of(name, mode);

    static bool IsFall(MeasuredChange change) => change.High < 0;
}
