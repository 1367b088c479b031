using Pipeline.Contracts;
using Pipeline.Learning.PlanStep;

namespace Pipeline.Learning.DetectHacking;

/// <summary>
/// Reward hacking (Amodei et al., "Concrete problems in AI safety", 2016): the reward rises and what it stands for does not. A version is suspected
/// when what it was trained on rose since the run began while something that nobody trained on fell on held-out pictures, both beyond chance. Pure:
/// the same history gives the same judgement.
/// </summary>
public static class HackingDetector
{
    const double Confidence = 0.95;

    /// <summary>Judges a version.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="version">The version.</param>
    /// <param name="settings">The run's settings.</param>
    /// <param name="steps">What was learned from in each step up to the version, see <see cref="TrainedReward.Of(PolicyUpdated, RunSettings)"/>.</param>
    /// <param name="before">Version 0's held-out captions by decoding, sampled ones among them.</param>
    /// <param name="after">The version's, of the same pictures with the same seeds.</param>
    /// <returns>The suspicion with its figures; null when there is none, or too little to judge by.</returns>
    public static RewardHackingSuspected? Judge(
        Guid runId, int version, RunSettings settings, IReadOnlyList<double> steps,
        IReadOnlyDictionary<DecodingMode, MeasuredCaptions> before, IReadOnlyDictionary<DecodingMode, MeasuredCaptions> after)
    {
        if (after.Values.Any(captions => captions.Fluency.Count < 2) || Rise(settings, steps, before, after) is not { } reward) return null;
        var judgements = Enumerable.Range(1, settings.Steps).Count(made => StepPlan.IsEvaluated(settings, made));
        var fallen = new Guards(before, after, settings, judgements).Fallen();
        return fallen.Count == 0 ? null : new(runId, version, reward, fallen);
    }

    /// <summary>
    /// The trained reward's rise; null when it did not rise. It is looked for in what was learned from, as a reward that is hacked on the
    /// training pictures need not rise on others. A branch learned from captions of other policies: there it is looked for in sampled
    /// held-out captions.
    /// </summary>
    static MeasuredChange? Rise(
        RunSettings settings, IReadOnlyList<double> steps, IReadOnlyDictionary<DecodingMode, MeasuredCaptions> before,
        IReadOnlyDictionary<DecodingMode, MeasuredCaptions> after)
    {
        DecodingMode? mode = settings.Branch is null ? null : DecodingMode.Sample;
        var change = mode is { } sampled
            ? Difference.Paired(TrainedReward.Of(before[sampled], settings), TrainedReward.Of(after[sampled], settings), Confidence)
            : TrainedReward.Change(steps, Confidence);
        return change is { Low: > 0 } rise ? rise.Of(TrainedReward.Name(settings), mode) : null;
    }
}
