namespace Pipeline.Rewards;

/// <summary>A caption's score as its drawings estimate it.</summary>
/// <param name="Samples">The scores of the valid drawings, at least one, in the order of their samples.</param>
sealed record PictureScore(IReadOnlyList<double> Samples)
{
    public double Mean => Samples.Sum() / Samples.Count;

    /// <summary>The unbiased estimate (Bessel's) of the variance of one drawing's score; 0 for a single drawing.</summary>
    public double Variance
    {
        get
        {
            var mean = Mean;
            return Samples.Count < 2 ? 0 : Samples.Sum(score => (score - mean) * (score - mean)) / (Samples.Count - 1);
        }
    }

    /// <summary>Whether the mean's standard error is known, which takes two drawings, and at most <paramref name="bound"/>.</summary>
    public bool IsWithin(double bound) => Samples.Count >= 2 && Math.Sqrt(Variance / Samples.Count) <= bound;
}
