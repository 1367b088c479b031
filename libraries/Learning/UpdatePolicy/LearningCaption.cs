namespace Pipeline.Learning.UpdatePolicy;

/// <summary>A scored caption, as its events tell of it.</summary>
/// <param name="CaptionId">The caption.</param>
/// <param name="PictureSha256">The picture that it describes.</param>
/// <param name="TokenIds">
/// The tokens as sampled, the end token included when it was reached; at least one. They are never tokenised again.
/// </param>
/// <param name="LogProbs">ln p of each token under the distribution that it was sampled from.</param>
/// <param name="Scores">Each reward's score by its name.</param>
/// <param name="Temperature">What the logits were divided by when it was sampled; above 0.</param>
/// <param name="PolicyVersion">The version that sampled it.</param>
/// <param name="IsBaseline">Whether it is a greedy caption that others are compared with, and not learned from itself.</param>
public sealed record LearningCaption(
    Guid CaptionId, string PictureSha256, IReadOnlyList<int> TokenIds, IReadOnlyList<float> LogProbs,
    IReadOnlyDictionary<string, double> Scores, double Temperature, int PolicyVersion, bool IsBaseline = false);
