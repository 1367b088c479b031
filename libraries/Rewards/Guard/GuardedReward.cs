namespace Pipeline.Rewards;

/// <summary>A reward of captions behind its guard.</summary>
sealed class GuardedReward(string name, ICaptionReward reward, TimeSpan timeout)
{
    readonly RewardGuard guard = new(name, timeout);

    public string Model => reward.Model;

    /// <exception cref="RewardException">It took too long, gave too few or too many scores, or one that is not finite.</exception>
    public async Task<IReadOnlyList<RewardScore>> ScoreAsync(IReadOnlyList<CaptionToScore> batch, CancellationToken cancellation)
    {
        var scores = await guard.AskAsync(token => reward.ScoreAsync(batch, token), batch.Count, cancellation);
        foreach (var (score, caption) in scores.Zip(batch))
            Require(score, caption);
        return scores;
    }

    void Require(RewardScore? score, CaptionToScore caption)
    {
        if (score is null)
            throw new RewardException(name, $"gave nothing for caption {caption.CaptionId}");
        IEnumerable<(string What, double Value)> values =
        [
            ("score", score.Score),
            .. (score.Samples ?? []).Select((value, sample) => ($"score of sample {sample}", value)),
            .. (score.Details ?? new Dictionary<string, double>()).Select(detail => (detail.Key, detail.Value)),
        ];
        foreach (var (what, value) in values)
            guard.RequireFinite(value, what, caption.CaptionId, caption.Text);
    }
}
