using Pipeline.Cli.Statistics;
using Pipeline.Contracts;

namespace Pipeline.Cli.ScoreCaption;

/// <summary>A reward's answer.</summary>
/// <param name="Reward">The reward.</param>
/// <param name="Score">Larger is better.</param>
/// <param name="Samples">Scores of the single drawings that it is the mean of; empty when there is only one.</param>
/// <param name="Variance">Their variance (Bessel); null when there is only one.</param>
/// <param name="Details">Further figures by name.</param>
/// <param name="Model">Fingerprint of what computed it.</param>
sealed record RewardAnswer(
    string Reward, double Score, IReadOnlyList<double> Samples, double? Variance, IReadOnlyDictionary<string, double> Details,
    string Model);

/// <summary>What rewards say about a caption of a picture, for programs.</summary>
/// <param name="CaptionId">The caption in the store.</param>
/// <param name="Text">What it says.</param>
/// <param name="PictureSha256">The picture.</param>
/// <param name="Drawing">How it was drawn; null when it was not.</param>
/// <param name="Scores">The answers, by reward.</param>
/// <param name="Missing">The rewards that gave none.</param>
sealed record ScoreReport(
    Guid CaptionId, string Text, string PictureSha256, DrawingSettings? Drawing, IReadOnlyList<RewardAnswer> Scores,
    IReadOnlyList<string> Missing)
{
    /// <summary>The report on these scores of a caption.</summary>
    public static ScoreReport Of(
        CaptionSampled caption, DrawingSettings? drawing, IEnumerable<CaptionScored> scores, IReadOnlyList<string> missing) => new(
        caption.CaptionId, caption.Text, caption.PictureSha256, drawing,
        [.. scores.OrderBy(score => score.Reward, StringComparer.Ordinal).Select(score => new RewardAnswer(
            score.Reward, score.Score, score.SampleScores, Moments.Variance(score.SampleScores), score.Details, score.Model))],
        missing);
}
