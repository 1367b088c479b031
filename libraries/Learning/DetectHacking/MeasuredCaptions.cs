using Pipeline.CaptionMetrics;
using Pipeline.Contracts;
using Pipeline.Learning.Steps;

namespace Pipeline.Learning.DetectHacking;

/// <summary>
/// An evaluation, picture by picture: one value for each caption in the pictures' order, of figures of which a larger one is better. Pure.
/// </summary>
/// <param name="Mode">How the captions were decoded.</param>
/// <param name="Rewards">Each reward's scores, by its name.</param>
/// <param name="Fluency">Mean ln p of a caption's tokens under the reference captioner, in nats.</param>
/// <param name="Agreement">What compares with captions by people, by the metric's name; empty without such captions.</param>
public sealed record MeasuredCaptions(
    DecodingMode Mode, IReadOnlyDictionary<string, IReadOnlyList<double>> Rewards, IReadOnlyList<double> Fluency,
    IReadOnlyDictionary<string, IReadOnlyList<double>> Agreement)
{
    static readonly string[] Compared = [Metric.CiderD, Metric.Bleu(4), Metric.RougeL];

    /// <summary>Puts an evaluation's figures together.</summary>
    /// <param name="evaluated">What it summed up, with metrics.</param>
    /// <param name="captions">Its captions, in its order.</param>
    /// <param name="scores">Every reward's score of each.</param>
    /// <param name="references">What people wrote of each picture, by its SHA-256.</param>
    public static MeasuredCaptions Of(
        Evaluated evaluated, IReadOnlyList<CaptionSampled> captions, IEnumerable<CaptionScored> scores,
        IReadOnlyDictionary<string, IReadOnlyList<string>> references)
    {
        var byReward = scores.ToDictionary(score => (score.Reward, score.CaptionId), score => score.Score);
        var metrics = CaptionFigures.Of(captions, references).PerCaption;
        return new(
            evaluated.Mode,
            evaluated.Rewards.Keys.ToDictionary(
                reward => reward, IReadOnlyList<double> (reward) => [.. captions.Select(caption => byReward[(reward, caption.CaptionId)])]),
            [.. captions.Zip(evaluated.ReferenceLogProbs!, (caption, logProb) => logProb / caption.TokenIds.Count)],
            Compared.Where(metrics.ContainsKey).ToDictionary(metric => metric, metric => metrics[metric]));
    }
}
