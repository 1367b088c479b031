using Pipeline.Contracts;

namespace Pipeline.Replays;

/// <summary>A batch that was sent and is not answered in full.</summary>
sealed class OpenBatch(ReplayBatch batch, IEnumerable<Guid> missing, bool isDrawn)
{
    readonly HashSet<Guid> missing = [.. missing];
    readonly Dictionary<Guid, CaptionScored> scores = [];
    CaptionsRendered? drawn;
    int attempts;

    public ReplayBatch Batch => batch;

    public DateTime SendAgainAt { get; private set; }

    /// <summary>It was sent, for the first time or again.</summary>
    public void Sent(TimeSpan resendAfter) => SendAgainAt = DateTime.UtcNow + resendAfter * Math.Pow(2, attempts++);

    /// <summary>
    /// Takes in an answer. Scores and the pictures that they are of may come in either order, since they come through two queues.
    /// </summary>
    /// <returns>What is now known in full, to be recorded.</returns>
    public IReadOnlyList<CaptionRescored> Take(object answer, ReplayStarted replay)
    {
        if (answer is CaptionsRendered pictures) drawn = pictures;
        if (answer is CaptionsScored scored)
            foreach (var score in scored.Captions.Where(score => missing.Contains(score.CaptionId))) scores[score.CaptionId] = score;
        if (isDrawn && drawn is null) return [];

        var images = drawn?.Captions.ToDictionary(caption => caption.CaptionId, caption => caption.Images);
        CaptionRescored[] rescored =
        [
            .. scores.Values.Where(score => missing.Contains(score.CaptionId)).Select(score => new CaptionRescored(
                replay.ReplayId, score.CaptionId, replay.Reward, score.Score, score.SampleScores ?? [],
                score.Details ?? new Dictionary<string, double>(), score.Model, drawn?.Recipe, images?.GetValueOrDefault(score.CaptionId))),
        ];
        foreach (var score in rescored) missing.Remove(score.CaptionId);
        return rescored;
    }

    public bool IsDone => missing.Count == 0;
}
