using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Integration;

/// <summary>What a run wrote, how it was scored and what it learned, as text that two runs have in common when they are the same.</summary>
/// <param name="Captions">The captions with the probabilities of their tokens, in the order of the steps.</param>
/// <param name="Scores">Their scores.</param>
/// <param name="Weights">SHA-256 of each version's weights.</param>
public sealed record LearnedOutcome(string[] Captions, string[] Scores, string[] Weights)
{
    /// <summary>Of a completed run.</summary>
    public static async Task<LearnedOutcome> OfAsync(TestPipeline pipeline, Guid runId)
    {
        var history = await pipeline.HistoryAsync(runId);
        var ids = history.OfType<StepOpened>().OrderBy(step => step.Step).SelectMany(step => step.Captions).Select(caption => caption.CaptionId).ToArray();
        var captions = await pipeline.OfCaptionsAsync<CaptionSampled>(ids);
        captions.Count.ShouldBe(ids.Length, "each caption is recorded once");
        return new(
            [.. captions.Select(caption => $"{caption.Text} {string.Join(' ', caption.LogProbs)}")],
            [.. (await pipeline.OfCaptionsAsync<CaptionScored>(ids)).Select(score => $"{score.CaptionId} {score.Reward} {score.Score:R}").Order(StringComparer.Ordinal)],
            [.. history.OfType<PolicyUpdated>().Select(update => update.WeightsSha256)]);
    }

    public void ShouldBeLike(LearnedOutcome other)
    {
        Captions.ShouldBe(other.Captions);
        Scores.ShouldBe(other.Scores);
        Weights.ShouldBe(other.Weights);
    }
}
