using System.Globalization;
using Pipeline.Client;
using Pipeline.Projections.Figures;
using Pipeline.Projections.Runs;

namespace Pipeline.Studio.Run;

/// <summary>Something about a run that a person should look at.</summary>
/// <param name="Level"><c>danger</c>, <c>warning</c> or <c>info</c>.</param>
/// <param name="Kind">What it is, for programs: <c>failed</c>, <c>hacking</c>, <c>kl</c>, <c>ratio</c>, <c>constant</c>.</param>
/// <param name="Text">The same in plain words.</param>
sealed record Alarm(string Level, string Kind, string Text);

/// <summary>Reads a run's figures as somebody with experience would.</summary>
static class Alarms
{
    /// <summary>Steps that are looked at together: enough that one odd step is no alarm.</summary>
    const int Few = 5;

    /// <summary>The newest steps that decide.</summary>
    public const int Look = 2 * Few;

    /// <summary>KL that doubles within <see cref="Few"/> steps counts from this rise on, in nats per caption: at first everything doubles.</summary>
    const double KlRise = 2;

    /// <summary>
    /// How far from 1 the ratio may be before the first gradient. Rollout and Learner compute the same in other groups: their last bits differ,
    /// and their ratio by far less than this.
    /// </summary>
    const double RatioOff = 0.02;

    /// <summary>A reward that differs by less than this among a step's captions tells them apart for nobody.</summary>
    const double Constant = 1e-9;

    /// <summary>What there is to say about a run.</summary>
    public static IReadOnlyList<Alarm> Of(RunSummary run, RunFigureTable figures) =>
        [.. Failed(run), .. Hacking(run), .. Kl(figures), .. Ratio(run, figures), .. ConstantRewards(run, figures)];

    static IEnumerable<Alarm> Failed(RunSummary run)
    {
        if (run.Phase == RunPhase.Failed)
            yield return new("danger", "failed", $"The run gave up after step {run.Policy.Version}: {run.Failure} Once that is mended it can be resumed.");
    }

    static IEnumerable<Alarm> Hacking(RunSummary run)
    {
        if (run.Suspicions is [.., var newest])
            yield return new("danger", "hacking", $"Reward hacking suspected: {SuspicionText.Sentence(newest)}.");
    }

    static IEnumerable<Alarm> Kl(RunFigureTable figures)
    {
        if (figures.Column("objective/kl") is not { Length: >= Look } kl) yield break;
        var (before, now) = (kl[^Look..^Few].Average(), kl[^Few..].Average());
        if (now > 2 * before && now - before > KlRise)
            yield return new("warning", "kl", string.Create(CultureInfo.InvariantCulture,
                $"KL rises fast: {before:0.0} to {now:0.0} nats per caption within the last {Look} steps. The policy is leaving the reference; a larger KL coefficient or a smaller learning rate holds it."));
    }

    static IEnumerable<Alarm> Ratio(RunSummary run, RunFigureTable figures)
    {
        // With stale captions, or another run's, the ratio starts elsewhere by design.
        if (run.Settings.MaxStaleness > 0 || run.Settings.Branch is not null) yield break;
        if (figures.Column("policy/ratio_first") is not { Length: >= 1 } ratios) yield break;
        var ratio = ratios[^Math.Min(Few, ratios.Length)..].Average();
        if (Math.Abs(ratio - 1) > RatioOff)
            yield return new("danger", "ratio", string.Create(CultureInfo.InvariantCulture,
                $"The ratio is {ratio:0.000} before the first gradient, where it must be 1: whoever wrote the captions computed other probabilities than the Learner does (another model, precision or temperature)."));
    }

    static IEnumerable<Alarm> ConstantRewards(RunSummary run, RunFigureTable figures)
    {
        foreach (var (name, weight) in run.Settings.Rewards)
            if (figures.Column($"reward/{name}/std") is { Length: >= Few } deviations && deviations[^Few..].All(deviation => deviation < Constant))
                yield return new(
                    weight == 0 ? "info" : "warning", "constant",
                    $"The reward {name} gives every caption the same score for {Few} steps: " + (weight == 0 ? "it measures nothing here." : "nothing can be learned from it."));
    }
}
