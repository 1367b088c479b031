using static Pipeline.Captioner.KeptScalar;
using static TorchSharp.torch;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>
/// Mean, variance and whitening over real tokens only: more padding changes nothing. Values and masks are [B, T]; a mask holds 0 and 1.
/// </summary>
public static class MaskedStatistics
{
    /// <summary>The mean over the real tokens, a scalar.</summary>
    public static Tensor Mean(Tensor values, Tensor mask) => (values * mask).sum() / mask.sum();

    /// <summary>
    /// The variance over the real tokens with Bessel's correction (TRL's <c>masked_var</c>), a scalar; 0 for a single token.
    /// </summary>
    public static Tensor Variance(Tensor values, Tensor mask) =>
        ((values - Mean(values, mask)) * mask).square().sum() / (mask.sum() - Kept(1)).clamp_min(Kept(1));

    /// <summary>
    /// Values scaled to mean 0 and variance 1 over the real tokens: (x - mean) / sqrt(variance + Kept(1e-8)), as TRL's <c>masked_whiten</c>.
    /// What stands outside of the mask is meaningless.
    /// </summary>
    /// <param name="values">[B, T].</param>
    /// <param name="mask">[B, T].</param>
    /// <param name="shiftMean">False keeps the mean where it is.</param>
    public static Tensor Whiten(Tensor values, Tensor mask, bool shiftMean = true)
    {
        var mean = Mean(values, mask);
        var whitened = (values - mean) * (Variance(values, mask) + Kept(1e-8)).rsqrt();
        return shiftMean ? whitened : whitened + mean;
    }
}
