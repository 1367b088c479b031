namespace Pipeline.Rewards;

/// <summary>A reward of drawings behind its guard.</summary>
sealed class GuardedPictureReward(string name, IPictureReward reward, TimeSpan timeout)
{
    readonly RewardGuard guard = new(name, timeout);

    public string Model => reward.Model;

    /// <returns>For each caption, the score of each drawing.</returns>
    /// <exception cref="RewardException">It took too long, gave too few or too many scores, or one that is not finite.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<double>>> ScoreAsync(
        IReadOnlyList<DrawingsToScore> batch, CancellationToken cancellation)
    {
        var scores = await guard.AskAsync(token => reward.ScoreAsync(batch, token), batch.Count, cancellation);
        foreach (var (samples, caption) in scores.Zip(batch))
            Require(samples, caption);
        return scores;
    }

    void Require(IReadOnlyList<double>? scores, DrawingsToScore caption)
    {
        if (scores?.Count != caption.Drawings.Count)
        {
            throw new RewardException(
                name, $"gave {scores?.Count ?? 0} scores for the {caption.Drawings.Count} drawings of caption {caption.CaptionId}");
        }
        foreach (var (score, drawing) in scores.Zip(caption.Drawings))
            guard.RequireFinite(score, $"score of sample {drawing.Sample}", caption.CaptionId, caption.Text);
    }
}
