using System.Globalization;
using Pipeline.Cli.Statistics;

namespace Pipeline.Cli.Reproduce.Paper.Report;

/// <summary>Figures as they stand in tables.</summary>
static class FigureText
{
    /// <summary>A figure; three decimals, fewer for large ones.</summary>
    public static string Of(double value) =>
        value.ToString(Math.Abs(value) < 10 ? "0.000" : Math.Abs(value) < 1000 ? "0.0" : "0", CultureInfo.InvariantCulture);

    /// <summary>A mean and its 95% interval.</summary>
    public static string Of(Interval interval) =>
        interval.HalfWidth is { } half ? $"{Of(interval.Mean)} ± {Of(half)}" : Of(interval.Mean);

    /// <summary>A change with its sign and 95% interval; bold when 0 lies outside.</summary>
    public static string Change(Interval change)
    {
        var text = $"{(change.Mean > 0 ? "+" : "")}{Of(change)}";
        return change.IsChange ? $"**{text}**" : text;
    }
}
