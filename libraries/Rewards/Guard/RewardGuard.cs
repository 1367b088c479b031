namespace Pipeline.Rewards;

/// <summary>
/// A reward is not believed without looking. Whatever goes wrong becomes an exception, so that the message is tried again and then
/// parked: a failure that turned into a score, 0 above all, would be learned from.
/// </summary>
sealed class RewardGuard(string name, TimeSpan timeout)
{
    /// <summary>What the reward answers for a batch of so many captions: one answer for each.</summary>
    /// <exception cref="RewardException">It took too long, or gave nothing, too few or too many.</exception>
    public async Task<IReadOnlyList<T>> AskAsync<T>(
        Func<CancellationToken, Task<IReadOnlyList<T>>> ask, int captions, CancellationToken cancellation)
    {
        var answers = await WithinTimeAsync(ask, cancellation) ?? throw new RewardException(name, "gave nothing");
        return answers.Count == captions
            ? answers
            : throw new RewardException(name, $"gave {answers.Count} scores for {captions} captions");
    }

    /// <exception cref="RewardException">A figure that the reward gave for a caption is not finite.</exception>
    public void RequireFinite(double value, string what, Guid captionId, string text)
    {
        if (!double.IsFinite(value))
            throw new RewardException(name, FormattableString.Invariant($"gave {value} as {what} of caption {captionId} ('{text}')"));
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
}
