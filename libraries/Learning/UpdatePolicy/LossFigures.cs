namespace Pipeline.Learning.UpdatePolicy;

/// <summary>
/// A mini-batch in numbers: means over its real tokens. The parts of a mini-batch are each divided by the whole's tokens and add up.
/// </summary>
/// <param name="PolicyLoss">The clipped policy loss.</param>
/// <param name="ValueLoss">The clipped value loss before its coefficient, half the squared error; 0 without a value head.</param>
/// <param name="Entropy">Entropy of the policy, in nats per token.</param>
/// <param name="ApproxKl">Half the squared log-ratio to the proximal policy: TRL's <c>approxkl</c>.</param>
/// <param name="PolicyKl">Mean of ln p(proximal) - ln p(now): TRL's <c>policykl</c>, which decides the early stop.</param>
/// <param name="Ratio">p(now) / p(proximal); 1 before the first gradient.</param>
/// <param name="ClipFraction">Share of tokens whose clipped loss exceeds the unclipped one.</param>
/// <param name="ValueClipFraction">Share of tokens whose clipped value loss exceeds the unclipped one.</param>
public readonly record struct LossFigures(
    double PolicyLoss, double ValueLoss, double Entropy, double ApproxKl, double PolicyKl, double Ratio, double ClipFraction,
    double ValueClipFraction)
{
    /// <summary>The figures of two parts of one mini-batch.</summary>
    public static LossFigures operator +(LossFigures a, LossFigures b) => new(
        a.PolicyLoss + b.PolicyLoss, a.ValueLoss + b.ValueLoss, a.Entropy + b.Entropy, a.ApproxKl + b.ApproxKl, a.PolicyKl + b.PolicyKl,
        a.Ratio + b.Ratio, a.ClipFraction + b.ClipFraction, a.ValueClipFraction + b.ValueClipFraction);
}

/// <summary>One mini-batch of a step.</summary>
/// <param name="Figures">Its loss in numbers.</param>
/// <param name="GradNorm">Norm of its gradient before clipping; null when the mini-batch was left out.</param>
public sealed record MiniBatchFigures(LossFigures Figures, double? GradNorm);
