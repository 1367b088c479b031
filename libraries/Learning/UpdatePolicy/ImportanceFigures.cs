using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>How far captions that another policy wrote can speak for the one that learns from them.</summary>
public static class ImportanceFigures
{
    /// <summary>
    /// <c>importance/ess</c>: the effective sample size in captions, (sum w)^2 / sum w^2 with w = p(proximal) / p(behaviour) of a whole
    /// caption (Kong 1992): as many as there are when both policies agree, 1 when one caption outweighs all others. <c>importance/mean</c>:
    /// the mean of w, about 1 while the captions cover what the policy would write. Neither is capped, as the weights of the loss are.
    /// </summary>
    /// <param name="proximal">ln p of the tokens under the policy that learns, [B, T].</param>
    /// <param name="behaviour">ln p as recorded, [B, T].</param>
    /// <param name="mask">1 on real tokens, [B, T].</param>
    public static IEnumerable<(string Name, double Value)> Of(Tensor proximal, Tensor behaviour, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var logs = ((proximal - behaviour) * mask).sum(1).to_type(ScalarType.Float64);
        var largest = logs.max(); // the figure does not depend on it, and without it a caption's weight may be too large for a number
        var weights = (logs - largest).exp();
        var ess = (weights.sum() * weights.sum() / (weights * weights).sum()).ToDouble();
        // Captions that the policy would hardly write any more have weights that no double holds: the figure ends at its largest.
        var mean = Math.Min(weights.mean().ToDouble() * Math.Exp(Math.Min(largest.ToDouble(), 700)), double.MaxValue);
        return [("importance/ess", ess), ("importance/mean", mean)];
    }
}
