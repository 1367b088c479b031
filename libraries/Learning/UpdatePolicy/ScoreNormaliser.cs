using Pipeline.Contracts;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>What is remembered of one reward's scores.</summary>
/// <param name="Centre">What is subtracted from each score.</param>
/// <param name="Count">Scores seen.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="SquaredDeviations">Sum of their squared deviations from the mean.</param>
public sealed record RewardMoments(double Centre, long Count, double Mean, double SquaredDeviations)
{
    /// <summary>Their standard deviation (Bessel); 0 for a single score.</summary>
    public double StandardDeviation => Math.Sqrt(SquaredDeviations / Math.Max(1, Count - 1));

    /// <summary>
    /// The moments with more scores (Chan et al., "Updating formulae and a pairwise algorithm for computing sample variances", 1979).
    /// </summary>
    public RewardMoments Add(IReadOnlyCollection<double> scores)
    {
        var mean = scores.Average();
        var delta = mean - Mean;
        var count = Count + scores.Count;
        return this with
        {
            Count = count,
            Mean = Mean + delta * scores.Count / count,
            SquaredDeviations = SquaredDeviations + scores.Sum(score => (score - mean) * (score - mean))
                + delta * delta * Count * scores.Count / count,
        };
    }
}

/// <summary>
/// Turns the scores of several rewards into the one number that a caption is learned from: the sum over rewards of weight times
/// clip((score - centre) * scale). Centre and scale are recorded with each step, so that anybody can compute the number again.
/// </summary>
/// <param name="weights">Weight of each reward; those of weight 0 are left out.</param>
/// <param name="settings">Centring, scaling and clipping.</param>
/// <param name="moments">What is remembered from earlier steps, by reward; empty before step 0.</param>
public sealed class ScoreNormaliser(
    IReadOnlyDictionary<string, double> weights, PpoSettings settings, IReadOnlyDictionary<string, RewardMoments> moments)
{
    readonly SortedDictionary<string, RewardMoments> moments = new(moments.ToDictionary(), StringComparer.Ordinal);
    readonly SortedDictionary<string, double> trained = new(
        weights.Where(reward => reward.Value > 0).ToDictionary(), StringComparer.Ordinal);

    /// <summary>What is to be remembered, by reward.</summary>
    public IReadOnlyDictionary<string, RewardMoments> Moments => moments;

    /// <summary>
    /// Takes a step's scores into account and says how each reward's are normalised from there. The centre is the mean of the first scores
    /// ever seen, which must be of captions that the reference policy (version 0) sampled, and stays: a centre that followed the policy
    /// would hide its progress from the value head.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// A caption lacks a score, has one that is not finite, or the first captions are not of version 0.
    /// </exception>
    public IReadOnlyDictionary<string, RewardNormalisation> Observe(IReadOnlyList<LearningCaption> captions)
    {
        // All scores are read before anything is remembered: a caption that cannot be used leaves no trace.
        var scored = trained
            .Select(reward => (reward.Key, reward.Value, captions.Select(caption => ScoreOf(caption, reward.Key)).ToList())).ToList();
        SortedDictionary<string, RewardNormalisation> normalisations = new(StringComparer.Ordinal);
        foreach (var (name, weight, scores) in scored)
        {
            if (!moments.TryGetValue(name, out var known))
            {
                if (captions.FirstOrDefault(caption => caption.PolicyVersion != 0) is { } other)
                {
                    throw new InvalidOperationException(
                        $"Reward {name} is centred on captions of version 0; {other.CaptionId} is of version {other.PolicyVersion}.");
                }

                known = new(settings.CentreScores ? scores.Average() : 0, 0, 0, 0);
            }

            moments[name] = known = known.Add(scores);
            // Scores that are all alike have no scale to be divided by.
            var spread = settings.ScaleByRunningStd && known.StandardDeviation > 1e-8 ? known.StandardDeviation : 1;
            normalisations[name] = new(weight, known.Centre, settings.ScoreScale / spread);
        }

        return normalisations;
    }

    /// <summary>The number that a caption is learned from.</summary>
    /// <param name="scores">Its scores by reward.</param>
    /// <param name="normalisations">How each trained reward is normalised, as recorded with the step.</param>
    /// <param name="clip">Bound on each normalised score; 0 for none.</param>
    public static double Score(
        IReadOnlyDictionary<string, double> scores, IReadOnlyDictionary<string, RewardNormalisation> normalisations, double clip) =>
        normalisations.OrderBy(reward => reward.Key, StringComparer.Ordinal).Sum(reward =>
        {
            var score = (scores[reward.Key] - reward.Value.Centre) * reward.Value.Scale;
            return reward.Value.Weight * (clip == 0 ? score : Math.Clamp(score, -clip, clip));
        });

    static double ScoreOf(LearningCaption caption, string reward)
    {
        if (!caption.Scores.TryGetValue(reward, out var score))
            throw new InvalidOperationException($"Caption {caption.CaptionId} has no score of reward {reward}.");
        return double.IsFinite(score)
            ? score : throw new InvalidOperationException($"Caption {caption.CaptionId}: reward {reward} is {score}.");
    }
}
