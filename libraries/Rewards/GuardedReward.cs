namespace Pipeline.Rewards;

/// <summary>
/// A reward that is not believed without looking. Whatever goes wrong becomes an exception, so that the message is tried again and then
/// parked: a failure that turned into a score, 0 above all, would be learned from.
/// </summary>
sealed class GuardedReward(string name, ICaptionReward reward, TimeSpan timeout)
{
    public string Model => reward.Model;

    /// <exception cref="RewardException">It took too long, gave too few or too many scores, or one that is not finite.</exception>
    public async Task<IReadOnlyList<RewardScore>> ScoreAsync(IReadOnlyList<CaptionToScore> batch, CancellationToken cancellation)
    {
        var scores = await WithinTimeAsync(token => reward.ScoreAsync(batch, token), cancellation)
            ?? throw new RewardException(name, "gave nothing");
        if (scores.Count != batch.Count)
            throw new RewardException(name, $"gave {scores.Count} scores for {batch.Count} captions");
        foreach (var (score, caption) in scores.Zip(batch))
            Require(score, caption);
        return scores;
    }

    /// <summary>A reward that ignores its token, or computes without ever waiting, is left behind on its thread.</summary>
    async Task<T> WithinTimeAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(timeout);
        try
        {
            return await Task.Run(() => work(time.Token), time.Token).WaitAsync(time.Token);
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new RewardException(name, $"did not answer within {timeout.TotalSeconds:0.###} s");
        }
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
            if (!double.IsFinite(value))
                throw new RewardException(
                    name, FormattableString.Invariant($"gave {value} as {what} of caption {caption.CaptionId} ('{caption.Text}')"));
    }
}
