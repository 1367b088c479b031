using Pipeline.Contracts;
using static Pipeline.Captioner.KeptScalar;
using static TorchSharp.torch;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>
/// How far the policy is from the frozen reference at each token: KL(policy || reference), estimated from the sampled token (Schulman,
/// "Approximating KL divergence", 2020) or exactly over the vocabulary. The sampled estimators cost nothing; the exact one has no variance.
/// </summary>
public static class KlPenalty
{
    /// <summary>The estimate at the sampled tokens. k1 is unbiased, k2 has the right gradient, k3 is unbiased and never negative.</summary>
    /// <param name="estimator">K1, K2 or K3.</param>
    /// <param name="logprob">ln p of the sampled tokens under the policy that sampled them, [B, T].</param>
    /// <param name="reference">ln p of the same tokens under the reference, [B, T].</param>
    /// <exception cref="ArgumentOutOfRangeException">The estimator needs whole distributions: see <see cref="Full"/>.</exception>
    public static Tensor Estimate(KlEstimator estimator, Tensor logprob, Tensor reference) => estimator switch
    {
        KlEstimator.K1 => logprob - reference,
        KlEstimator.K2 => (logprob - reference).square() / Kept(2),
        KlEstimator.K3 => (reference - logprob).expm1() - (reference - logprob),
        _ => throw new ArgumentOutOfRangeException(nameof(estimator), estimator, "Only k1, k2 and k3 are estimated from sampled tokens."),
    };

    /// <summary>The exact sum over the vocabulary, sum of p (ln p - ln q), [B, T]; both arguments are log-softmaxes [B, T, V].</summary>
    public static Tensor Full(Tensor logprobs, Tensor reference) => (logprobs.exp() * (logprobs - reference)).sum(-1);
}
