using Pipeline.Replays.Statistics;

namespace Pipeline.Replays;

/// <summary>Scores of some captions in a few figures.</summary>
/// <param name="Count">How many captions.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="StandardDeviation">Their standard deviation (Bessel); 0 for one.</param>
/// <param name="Minimum">The smallest.</param>
/// <param name="Maximum">The largest.</param>
public sealed record ScoreSpread(int Count, double Mean, double StandardDeviation, double Minimum, double Maximum)
{
    /// <summary>The figures of <paramref name="scores"/>, at least one.</summary>
    public static ScoreSpread Of(IReadOnlyList<double> scores)
    {
        var mean = scores.Average();
        var squares = scores.Sum(score => (score - mean) * (score - mean));
        return new(scores.Count, mean, scores.Count > 1 ? Math.Sqrt(squares / (scores.Count - 1)) : 0, scores.Min(), scores.Max());
    }
}

/// <summary>How two rewards agree about the same captions; null where a list's values are all equal, or there are fewer than two.</summary>
/// <param name="Pearson">Of the scores.</param>
/// <param name="Spearman">Of their ranks.</param>
/// <param name="Kendall">Kendall's tau-b, of pairs.</param>
public sealed record Agreement(double? Pearson, double? Spearman, double? Kendall)
{
    /// <summary>The agreement of two lists.</summary>
    public static Agreement Of(IReadOnlyList<double> old, IReadOnlyList<double> now) => new(
        Finite(Correlation.Pearson(old, now)), Finite(Correlation.Spearman(old, now)), Finite(Correlation.Kendall(old, now)));

    static double? Finite(double value) => double.IsFinite(value) ? value : null;
}

/// <summary>Old and new scores of some captions.</summary>
/// <param name="Old">As recorded; null when the run recorded none.</param>
/// <param name="New">As replayed.</param>
/// <param name="Agreement">How they agree; null without old ones.</param>
public sealed record ScoreComparison(ScoreSpread? Old, ScoreSpread New, Agreement? Agreement)
{
    /// <summary>The comparison over <paramref name="captions"/>, at least one.</summary>
    public static ScoreComparison Of(IReadOnlyList<ReplayedCaption> captions)
    {
        var now = captions.Select(caption => caption.New).ToArray();
        if (captions.Any(caption => caption.Old is null)) return new(null, ScoreSpread.Of(now), null);
        var old = captions.Select(caption => caption.Old!.Value).ToArray();
        return new(ScoreSpread.Of(old), ScoreSpread.Of(now), Agreement.Of(old, now));
    }
}
