using System.Globalization;

namespace Pipeline.Cli.BranchRun;

/// <summary>How far a branch could be trusted: how many captions spoke for the policy that learned from them.</summary>
static class EffectiveSamples
{
    /// <summary>The name of the figure; the step whose captions the learning policy wrote itself has none.</summary>
    const string Figure = "importance/ess";

    /// <summary>The figure over the steps.</summary>
    public static string Sentence(RunHistory run)
    {
        var steps = run.Steps.Where(step => step.Made.Metrics.ContainsKey(Figure))
            .Select(step => (Step: step.Made.Version - 1, Ess: step.Made.Metrics[Figure], Of: step.Made.CaptionIds.Count)).ToArray();
        if (steps.Length == 0) return "Every step learned from what its own policy wrote.";
        var lowest = steps.MinBy(step => step.Ess / step.Of);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Effective sample size: {steps[0].Ess:0.0} of {steps[0].Of} captions in step {steps[0].Step}, {steps[^1].Ess:0.0} of {steps[^1].Of} in step {steps[^1].Step}, lowest {lowest.Ess:0.0} in step {lowest.Step}, mean {steps.Average(step => step.Ess):0.0}.");
    }
}
