using Pipeline.Rewards;

namespace Pipeline.CaptionLength;

/// <summary>Captions of about so many words that do not repeat themselves.</summary>
/// <param name="target">How many words are best; at least 1.</param>
/// <param name="penalty">What a caption loses that says nothing but the same two words again and again; at least 0.</param>
public sealed class CaptionLengthReward(int target = 12, double penalty = 1) : ICaptionReward
{
    /// <inheritdoc/>
    public string Model { get; } = RewardFingerprint.Of(new { captionLength = 1, target, penalty });

    /// <inheritdoc/>
    public Task<IReadOnlyList<RewardScore>> ScoreAsync(IReadOnlyList<CaptionToScore> batch, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<RewardScore>>([.. batch.Select(caption => Score(caption.Text))]);

    RewardScore Score(string caption)
    {
        var words = caption.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var length = 1 - Math.Min(1, Math.Abs(words.Length - target) / (double)target);
        var repetition = Repetition(words);
        return new(length - penalty * repetition, Details: new Dictionary<string, double> { ["words"] = words.Length, ["repetition"] = repetition });
    }

    /// <summary>The share of pairs of neighbouring words that were there before, 0 to 1 (rep-2 of Welleck et al. 2020).</summary>
    static double Repetition(string[] words)
    {
        (string, string)[] pairs = [.. words.Zip(words.Skip(1))];
        return pairs.Length == 0 ? 0 : 1 - pairs.Distinct().Count() / (double)pairs.Length;
    }
}
