using Pipeline.Learning.DetectHacking;

namespace Pipeline.Cli.Statistics;

/// <summary>A mean and how far it is known.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="HalfWidth">Half the width of its confidence interval; null when fewer than two values tell nothing of it.</param>
sealed record Interval(double Mean, double? HalfWidth)
{
    /// <summary>The mean of independent values and its 95% interval by Student's t.</summary>
    /// <param name="values">At least one.</param>
    public static Interval Of(IReadOnlyCollection<double> values) => new(
        values.Average(),
        Moments.Variance(values) is { } variance
            ? Difference.HalfWidth(variance / values.Count, values.Count - 1, 0.95)
            : null);

    /// <summary>Its lower end; minus infinity when nothing is known.</summary>
    public double Low => Mean - (HalfWidth ?? double.PositiveInfinity);

    /// <summary>Its upper end; infinity when nothing is known.</summary>
    public double High => Mean + (HalfWidth ?? double.PositiveInfinity);

    /// <summary>Whether 0 lies outside.</summary>
    public bool IsChange => Low > 0 || High < 0;
}
