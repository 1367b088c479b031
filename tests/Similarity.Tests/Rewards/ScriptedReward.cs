using Pipeline.Rewards;

namespace Pipeline.Similarity.Tests.Rewards;

/// <summary>A reward that does what a test says.</summary>
sealed class ScriptedReward(Func<IReadOnlyList<CaptionToScore>, CancellationToken, Task<IReadOnlyList<RewardScore>>> score) : ICaptionReward
{
    int calls;

    public ScriptedReward(Func<CaptionToScore, RewardScore> score)
        : this((batch, _) => Task.FromResult<IReadOnlyList<RewardScore>>([.. batch.Select(score)]))
    {
    }

    /// <summary>Longer captions are better.</summary>
    public static ScriptedReward Length =>
        new(caption => new RewardScore(caption.Text.Length, [1, 2], new Dictionary<string, double> { ["words"] = 3 }));

    public int Calls => calls;

    public string Model => "scripted";

    public Task<IReadOnlyList<RewardScore>> ScoreAsync(IReadOnlyList<CaptionToScore> batch, CancellationToken cancellation)
    {
        Interlocked.Increment(ref calls);
        return score(batch, cancellation);
    }
}
