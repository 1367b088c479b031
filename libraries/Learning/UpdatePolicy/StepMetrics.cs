using static TorchSharp.torch;
using TorchSharp;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>
/// A step's figures by the names that the field uses (TRL, cleanrl), all finite. <c>objective/*</c> and <c>caption/*</c> are means over
/// captions, <c>policy/*</c> and <c>value/*</c> means over the step's mini-batches, each a mean over its real tokens. KL and entropy are in
/// nats.
/// </summary>
static class StepMetrics
{
    public static SortedDictionary<string, double> Of(
        IReadOnlyList<LearningCaption> captions, IEnumerable<(string Name, double Value)> recorded, CaptionBatch batch, Episodes episodes,
        Tensor scores, double kl, IReadOnlyList<MiniBatchFigures> miniBatches, int endToken)
    {
        double Mean(Func<LossFigures, double> figure) => miniBatches.Average(miniBatch => figure(miniBatch.Figures));
        var applied = miniBatches.Where(miniBatch => miniBatch.GradNorm is not null).ToList();
        SortedDictionary<string, double> metrics = new(StringComparer.Ordinal)
        {
            ["objective/kl"] = kl,
            ["objective/scores"] = scores.mean().ToDouble(),
            ["objective/entropy"] = -batch.BehaviourLogProbs.sum(1).mean().ToDouble(),
            ["policy/approx_kl"] = Mean(f => f.ApproxKl),
            ["policy/clipfrac"] = Mean(f => f.ClipFraction),
            ["policy/entropy"] = Mean(f => f.Entropy),
            ["policy/loss"] = Mean(f => f.PolicyLoss),
            ["policy/ratio"] = Mean(f => f.Ratio),
            // Before any gradient: 1, unless whoever wrote the captions computes something else than whoever learns from them.
            ["policy/ratio_first"] = miniBatches[0].Figures.Ratio,
            ["policy/grad_norm"] = applied.Count == 0 ? 0 : applied.Average(miniBatch => miniBatch.GradNorm!.Value),
            ["policy/updates"] = applied.Count,
            ["policy/updates_left_out"] = miniBatches.Count - applied.Count,
            ["caption/eos_rate"] = captions.Average(caption => caption.TokenIds[^1] == endToken ? 1.0 : 0.0),
        };

        if (episodes.Returns is not null)
        {
            metrics["value/loss"] = Mean(f => f.ValueLoss);
            metrics["value/clipfrac"] = Mean(f => f.ValueClipFraction);
            var variance = MaskedStatistics.Variance(episodes.Returns, episodes.Mask).ToDouble();
            var unexplained = MaskedStatistics.Variance(episodes.Returns - episodes.Values!, episodes.Mask).ToDouble();
            metrics["value/explained_variance"] = variance > 0 ? 1 - unexplained / variance : 0;
        }

        foreach (var (name, value) in recorded) metrics[name] = value;
        return metrics;
    }
}
