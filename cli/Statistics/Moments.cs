namespace Pipeline.Cli.Statistics;

/// <summary>Figures of a sample.</summary>
static class Moments
{
    /// <summary>The variance that the sample estimates (Bessel); null for fewer than two values, which estimate none.</summary>
    public static double? Variance(IReadOnlyCollection<double> values)
    {
        if (values.Count < 2) return null;
        var mean = values.Average();
        return values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
    }
}
