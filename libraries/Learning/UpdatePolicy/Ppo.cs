using Pipeline.Contracts;
using TorchSharp;
using static Pipeline.Captioner.KeptScalar;
using static TorchSharp.torch;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>
/// Proximal policy optimisation of a captioner, from scores to gradients, in the order in which it happens. A caption is an episode and a
/// token is an action. Tensors are [B, T], captions by tokens, padded on the right; the mask is 1 on real tokens, the end token included.
/// Formulas: Schulman et al., "Proximal policy optimization algorithms" (2017); the KL penalty per token is that of Ziegler et al.
/// (2019) as in TRL 0.7; the decoupled objective for stale captions is Hilton et al. (2022) as in AReaL.
/// </summary>
public static class Ppo
{
    /// <summary>
    /// 1. What each token earned: minus the KL penalty everywhere, and the caption's score at its last real token. The penalty on padding
    /// is meaningless until <see cref="Advantages"/> masks it.
    /// </summary>
    /// <param name="scores">Normalised score of each caption, [B].</param>
    /// <param name="kl">Estimated KL to the reference at each token, [B, T].</param>
    /// <param name="klCoefficient">Weight of the penalty.</param>
    /// <param name="mask">[B, T].</param>
    public static Tensor TokenRewards(Tensor scores, Tensor kl, double klCoefficient, Tensor mask)
    {
        var lastRealToken = (mask * arange(Kept(1), Kept(mask.size(1) + 1), device: mask.device)).argmax(1, keepdim: true);
        return (kl * Kept(-klCoefficient)).scatter_add(1, lastRealToken, scores.unsqueeze(1));
    }

    /// <summary>
    /// 2. How much better than expected each token was, and the return that the value head shall learn (null without a value head). RLOO,
    /// GRPO and SCST compare whole captions: score plus penalties, undiscounted, the same advantage at each token. The KL stays in the reward
    /// for GRPO too (Shao et al. put k3 into the loss), and in SCST's (Rennie et al. have none), so that all pursue one objective.
    /// </summary>
    /// <param name="rewards">From <see cref="TokenRewards"/>, [B, T].</param>
    /// <param name="values">The value head's estimates when the step began, [B, T]; null without a value head.</param>
    /// <param name="groups">Which picture each caption describes, [B], int64.</param>
    /// <param name="mask">[B, T].</param>
    /// <param name="settings">The estimator and its knobs.</param>
    /// <param name="baselines">For SCST: the return of each caption's greedy caption, [B].</param>
    public static (Tensor Advantages, Tensor? Returns) Advantages(
        Tensor rewards, Tensor? values, Tensor groups, Tensor mask, PpoSettings settings, Tensor? baselines = null)
    {
        var masked = rewards * mask;
        Tensor advantages;
        Tensor? returns = null;
        if (settings.Advantage == AdvantageEstimator.Rloo)
            advantages = GroupAdvantage.LeaveOneOut(masked.sum(1), groups).unsqueeze(1) * mask;
        else if (settings.Advantage == AdvantageEstimator.Grpo)
            advantages = GroupAdvantage.GroupRelative(masked.sum(1), groups).unsqueeze(1) * mask;
        else if (settings.Advantage == AdvantageEstimator.Scst)
            advantages = GroupAdvantage.SelfCritical(masked.sum(1), baselines!).unsqueeze(1) * mask;
        else
            (advantages, returns) = GeneralizedAdvantage.Estimate(masked, values! * mask, settings.Gamma, settings.Lambda);

        return (settings.WhitenAdvantages ? MaskedStatistics.Whiten(advantages, mask) : advantages, returns);
    }

    /// <summary>
    /// 3. When an older policy sampled the captions, each token's loss is weighted by p(proximal) / p(behaviour), so that the ratio can be
    /// clipped around the newest policy and the gradient is still that of the sampled data. Tokens whose weight exceeds the cap are left
    /// out.
    /// </summary>
    /// <param name="proximal">ln p of the tokens under the newest policy, [B, T].</param>
    /// <param name="behaviour">ln p of the tokens under the policy that sampled them, as recorded, [B, T].</param>
    /// <param name="cap">The most that a weight may be; 0 for no cap.</param>
    public static Tensor ImportanceWeights(Tensor proximal, Tensor behaviour, double cap)
    {
        var weights = (proximal - behaviour).exp();
        return cap == 0 ? weights : weights * weights.le(Kept(cap));
    }

    /// <summary>
    /// 4. The loss of (a part of) a mini-batch: clipped policy loss + coefficient * clipped value loss - coefficient * entropy. The sums
    /// over the part are divided by the tokens of the whole mini-batch, so that the parts' gradients add up to the whole's.
    /// </summary>
    /// <param name="episodes">The part.</param>
    /// <param name="now">What the policy says about it now.</param>
    /// <param name="tokens">Real tokens of the whole mini-batch.</param>
    /// <param name="settings">Clip ranges and coefficients.</param>
    public static (Tensor Total, LossFigures Figures) Loss(Episodes episodes, PolicyOutput now, double tokens, PpoSettings settings)
    {
        var mask = episodes.Mask;
        Tensor Mean(Tensor values) => (values * mask).sum() / Kept(tokens);

        // The policy: raise good tokens and lower bad ones, but gain nothing by going further than the clip range.
        var logRatio = (now.LogProbs - episodes.ProximalLogProbs) * mask;
        var ratio = logRatio.exp();
        var unclipped = -episodes.Advantages * ratio;
        var clipped = -episodes.Advantages * ratio.clamp(Kept(1 - settings.ClipRange), Kept(1 + settings.ClipRange));
        var policyLosses = maximum(unclipped, clipped);
        if (episodes.ImportanceWeights is not null)
            policyLosses *= episodes.ImportanceWeights;
        var policyLoss = Mean(policyLosses);
        var entropy = Mean(now.Entropy);
        var total = settings.EntropyCoefficient == 0 ? policyLoss : policyLoss - entropy * Kept(settings.EntropyCoefficient);

        // The value head: regress on the return, from the old estimate by at most the clip range.
        var valueLoss = zeros_like(policyLoss);
        var valueClipFraction = zeros_like(policyLoss);
        if (now.Values is not null)
        {
            var errors = (now.Values - episodes.Returns!).square();
            var clippedErrors = settings.ValueClipRange == 0 ? errors
                : (episodes.Values! + (now.Values - episodes.Values!).clamp(Kept(-settings.ValueClipRange), Kept(settings.ValueClipRange))
                    - episodes.Returns!).square();
            valueLoss = Mean(maximum(errors, clippedErrors)) * Kept(0.5);
            valueClipFraction = Mean(clippedErrors.gt(errors));
            total += valueLoss * Kept(settings.ValueCoefficient);
        }

        var figures = stack([
            policyLoss, valueLoss, entropy, Mean(logRatio.square()) * Kept(0.5), -Mean(logRatio), Mean(ratio), Mean(clipped.gt(unclipped)),
            valueClipFraction]).detach().to_type(ScalarType.Float64).cpu().data<double>().ToArray();
        return (total, new LossFigures(
            figures[0], figures[1], figures[2], figures[3], figures[4], figures[5], figures[6], figures[7]));
    }

    /// <summary>
    /// 5a. Whether the policy moved so far that the step ends here: policykl above 1.5 times the target (TRL's rule); never for target 0.
    /// </summary>
    public static bool StopsEarly(LossFigures figures, double targetKl) => targetKl > 0 && figures.PolicyKl > 1.5 * targetKl;

    /// <summary>
    /// 5b. Whether a mini-batch's mean ratio is above the threshold, so that it is left out (TRL's guard); never for threshold 0.
    /// </summary>
    public static bool IsOutlier(LossFigures figures, double ratioThreshold) => ratioThreshold > 0 && figures.Ratio > ratioThreshold;

    /// <summary>
    /// 6. The step: epochs over the captions, each in an own order and in mini-batches, each mini-batch one optimiser step. A mini-batch
    /// that stops the step early, or is an outlier, is measured and not applied.
    /// </summary>
    /// <param name="episodes">The step's captions.</param>
    /// <param name="settings">Epochs, mini-batches, parts, guards and the loss's knobs.</param>
    /// <param name="order">The captions' order in an epoch.</param>
    /// <param name="evaluate">What the policy says now about the captions of some rows ([N], int64).</param>
    /// <param name="optimiser">Holds the policy's parameters.</param>
    /// <param name="learningRateFactor">Factor on its learning rates in this step.</param>
    /// <returns>The mini-batches in their order.</returns>
    public static IReadOnlyList<MiniBatchFigures> Update(
        Episodes episodes, PpoSettings settings, Func<int, long[]> order, Func<Tensor, PolicyOutput> evaluate, FlatAdamW optimiser,
        double learningRateFactor)
    {
        List<MiniBatchFigures> miniBatches = [];
        for (var epoch = 0; epoch < settings.Epochs; epoch++)
        {
            foreach (var miniBatch in Parts(order(epoch), settings.MiniBatches))
            {
                using var scope = NewDisposeScope();
                var tokens = episodes.Mask.index_select(0, tensor(miniBatch, device: episodes.Mask.device)).sum().ToDouble();
                var figures = default(LossFigures);
                optimiser.ZeroGrad();
                foreach (var part in Parts(miniBatch, settings.GradientAccumulation))
                {
                    using var partScope = NewDisposeScope();
                    var rows = tensor(part, device: episodes.Mask.device);
                    var (loss, partFigures) = Loss(episodes.Rows(rows), evaluate(rows), tokens, settings);
                    loss.backward();
                    figures += partFigures;
                }

                var stop = StopsEarly(figures, settings.TargetKl);
                var skip = stop || IsOutlier(figures, settings.RatioThreshold);
                miniBatches.Add(new(figures, skip ? null : optimiser.Step(settings.MaxGradNorm, learningRateFactor)));
                if (stop)
                    return miniBatches;
            }
        }

        return miniBatches;
    }

    /// <summary>Consecutive parts whose sizes differ by at most one; empty parts are left out.</summary>
    static IEnumerable<long[]> Parts(long[] rows, int count) =>
        Enumerable.Range(0, count)
            .Select(i => rows[(rows.Length * i / count)..(rows.Length * (i + 1) / count)])
            .Where(part => part.Length > 0);
}
