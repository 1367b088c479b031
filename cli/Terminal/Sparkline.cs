namespace Pipeline.Cli.Terminal;

/// <summary>A curve in one line of text.</summary>
static class Sparkline
{
    const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>
    /// The curve of <paramref name="values"/> in at most <paramref name="width"/> characters, between its own minimum and maximum.
    /// More values than characters: each character is the mean of its share, so that noise does not hide the trend. NaN leaves a gap.
    /// </summary>
    public static string Of(IReadOnlyList<double> values, int width)
    {
        if (values.Count == 0 || width < 1) return "";
        var points = Math.Min(values.Count, width);
        var means = Enumerable.Range(0, points)
            .Select(i => (From: i * values.Count / points, To: (i + 1) * values.Count / points))
            .Select(share => values.Skip(share.From).Take(share.To - share.From).Average())
            .ToArray();

        var recorded = means.Where(double.IsFinite).ToArray();
        var (low, high) = recorded.Length > 0 ? (recorded.Min(), recorded.Max()) : (0, 0);
        return string.Concat(means.Select(Bar));

        char Bar(double mean) =>
            !double.IsFinite(mean) ? ' ' : high > low ? Bars[(int)Math.Min(7, (mean - low) / (high - low) * 8)] : Bars[3];
    }
}
