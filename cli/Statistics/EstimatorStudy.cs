using Pipeline.Replays.Statistics;

namespace Pipeline.Cli.Statistics;

/// <summary>What the mean of k samples is worth as an estimate of a caption's score.</summary>
/// <param name="Samples">k.</param>
/// <param name="StandardDeviation">How much the estimate varies from draw to draw, by theory: the square root of within / k.</param>
/// <param name="Measured">
/// The same as it was seen among means of disjoint k samples of one caption; null where there are not samples enough for two of them.
/// </param>
/// <param name="Reliability">The share of the estimates' variance that is between captions: between / (between + within / k).</param>
/// <param name="RankAgreement">
/// Spearman's correlation over captions between means of k samples and means of all the others; null where no others are left. The
/// others are noisy too: it is the same for k and for as many as are left over.
/// </param>
/// <param name="TrueRankAgreement">
/// The same corrected for the noise of the others (Spearman 1904: divided by the root of their reliability), which estimates the
/// agreement with true scores; at most 1. Null where there is none.
/// </param>
sealed record EstimatorQuality(
    int Samples, double StandardDeviation, double? Measured, double Reliability, double? RankAgreement, double? TrueRankAgreement);

/// <summary>How well a caption's score is known from k samples, learned from captions with K samples each.</summary>
/// <param name="Captions">How many captions.</param>
/// <param name="Within">Variance of one sample within a caption, the mean over captions.</param>
/// <param name="Between">Variance of the captions' true scores: of their means, less what sampling adds to it; at least 0.</param>
/// <param name="Qualities">For k from 1 to K.</param>
sealed record EstimatorStudy(int Captions, double Within, double Between, IReadOnlyList<EstimatorQuality> Qualities)
{
    /// <summary>Random orders of the samples that measured figures are means over.</summary>
    const int Rounds = 200;

    /// <summary>The study of these samples.</summary>
    /// <param name="scores">Each caption's samples, equally many (at least two) for each of at least two captions.</param>
    /// <param name="seed">Decides the random orders.</param>
    public static EstimatorStudy Of(IReadOnlyList<IReadOnlyList<double>> scores, int seed)
    {
        var all = scores[0].Count;
        if (scores.Count < 2 || all < 2 || scores.Any(samples => samples.Count != all))
            throw new ArgumentException("A study needs two captions or more, with equally many samples, two or more.", nameof(scores));

        var within = scores.Average(samples => Moments.Variance(samples)!.Value);
        var between = Math.Max(0, Moments.Variance([.. scores.Select(samples => samples.Average())])!.Value - within / all);
        var orders = Orders(scores, seed);
        return new(scores.Count, within, between, [.. Enumerable.Range(1, all).Select(Quality)]);

        double Reliability(int k) => between == 0 ? 0 : between / (between + within / k);

        EstimatorQuality Quality(int k)
        {
            var agreement = RankAgreement(orders, k);
            double? corrected = agreement is { } raw && between > 0 ? Math.Min(1, raw / Math.Sqrt(Reliability(all - k))) : null;
            return new(k, Math.Sqrt(within / k), Measured(orders, k), Reliability(k), agreement, corrected);
        }
    }

    /// <summary>[round][caption][sample]: the same samples in random orders.</summary>
    static double[][][] Orders(IReadOnlyList<IReadOnlyList<double>> scores, int seed)
    {
        var random = new Random(seed);
        var rounds = Enumerable.Range(0, Rounds).Select(_ => scores.Select(samples => samples.ToArray()).ToArray()).ToArray();
        foreach (var samples in rounds.SelectMany(round => round)) random.Shuffle(samples);
        return rounds;
    }

    static double? Measured(double[][][] orders, int k) => orders[0][0].Length < 2 * k ? null : Math.Sqrt(orders
        .SelectMany(round => round)
        .Average(samples => Moments.Variance([.. samples.Chunk(k).Take(samples.Length / k).Select(chunk => chunk.Average())])!.Value));

    static double? RankAgreement(double[][][] orders, int k) => orders[0][0].Length == k ? null : orders.Average(
        round => Correlation.Spearman(
            [.. round.Select(samples => samples.Take(k).Average())], [.. round.Select(samples => samples.Skip(k).Average())]));
}
