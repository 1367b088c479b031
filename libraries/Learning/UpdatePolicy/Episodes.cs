using static TorchSharp.torch;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>What a step learns from, fixed before its first gradient: B captions of at most T tokens, padded on the right.</summary>
/// <param name="Mask">1 on real tokens, the end token included, else 0, [B, T].</param>
/// <param name="ProximalLogProbs">ln p of the tokens under the policy that the ratio is clipped around, [B, T].</param>
/// <param name="ImportanceWeights">
/// p(proximal) / p(behaviour) of each token, [B, T], when an older policy sampled the captions; null when the proximal policy did.
/// </param>
/// <param name="Advantages">[B, T].</param>
/// <param name="Values">The value head's estimates when the step began, [B, T]; null without a value head.</param>
/// <param name="Returns">What the value head shall learn, [B, T]; null without a value head.</param>
public sealed record Episodes(
    Tensor Mask, Tensor ProximalLogProbs, Tensor? ImportanceWeights, Tensor Advantages, Tensor? Values, Tensor? Returns)
{
    /// <summary>Some of the captions.</summary>
    /// <param name="rows">Which, [N], int64.</param>
    public Episodes Rows(Tensor rows) => new(
        Mask.index_select(0, rows), ProximalLogProbs.index_select(0, rows), ImportanceWeights?.index_select(0, rows),
        Advantages.index_select(0, rows), Values?.index_select(0, rows), Returns?.index_select(0, rows));
}

/// <summary>What the policy says now about tokens that were sampled before, all [B, T] and differentiable.</summary>
/// <param name="LogProbs">ln p of the tokens.</param>
/// <param name="Entropy">Entropy of the distribution that each was taken from, in nats.</param>
/// <param name="Values">The value head's estimates; null without a value head.</param>
public sealed record PolicyOutput(Tensor LogProbs, Tensor Entropy, Tensor? Values);
