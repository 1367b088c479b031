using MathNet.Numerics.Distributions;
using Pipeline.Contracts;

namespace Pipeline.Learning.DetectHacking;

/// <summary>Two means, and between which bounds their difference lies.</summary>
/// <param name="Before">The first mean.</param>
/// <param name="After">The second mean.</param>
/// <param name="Low">Lower bound of <paramref name="After"/> - <paramref name="Before"/>.</param>
/// <param name="High">Upper bound of it.</param>
public readonly record struct Difference(double Before, double After, double Low, double High)
{
    /// <summary>Of two values for each of several things, by Student's interval for the mean of the differences.</summary>
    /// <param name="before">The first values; two or more.</param>
    /// <param name="after">The second values of the same things in the same order.</param>
    /// <param name="confidence">How sure the bounds are, such as 0.95.</param>
    public static Difference Paired(IReadOnlyList<double> before, IReadOnlyList<double> after, double confidence)
    {
        double[] differences = [.. after.Zip(before, (second, first) => second - first)];
        return Of(before, after, differences.Average(), Variance(differences) / differences.Length, differences.Length - 1, confidence);
    }

    /// <summary>
    /// Of two independent samples, by Welch's interval ("The generalization of Student's problem when several different population variances are
    /// involved", 1947).
    /// </summary>
    /// <param name="before">The first sample; two values or more.</param>
    /// <param name="after">The second sample; two values or more.</param>
    /// <param name="confidence">How sure the bounds are, such as 0.95.</param>
    public static Difference Independent(IReadOnlyList<double> before, IReadOnlyList<double> after, double confidence)
    {
        var (first, second) = (Variance(before) / before.Count, Variance(after) / after.Count);
        var variance = first + second;
        var freedom = variance == 0 ? 1 : variance * variance / (first * first / (before.Count - 1) + second * second / (after.Count - 1));
        return Of(before, after, after.Average() - before.Average(), variance, freedom, confidence);
    }

    /// <summary>Half the width of Student's interval around a mean.</summary>
    /// <param name="variance">The mean's own variance: its standard error squared.</param>
    /// <param name="freedom">Degrees of freedom; above 0.</param>
    /// <param name="confidence">How sure the bounds are, such as 0.95.</param>
    public static double HalfWidth(double variance, double freedom, double confidence) =>
        StudentT.InvCDF(0, 1, freedom, (1 + confidence) / 2) * Math.Sqrt(variance);

    /// <summary>The difference as an event says it.</summary>
    public MeasuredChange Of(string name, DecodingMode? mode) => new(name, Before, After, Low, High, mode);

    static Difference Of(
        IEnumerable<double> before, IEnumerable<double> after, double mean, double variance, double freedom, double confidence)
    {
        var half = HalfWidth(variance, freedom, confidence);
        return new(before.Average(), after.Average(), mean - half, mean + half);
    }

    static double Variance(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
    }
}
