namespace Pipeline.Cli.Terminal;

/// <summary>A curve in one line of text.</summary>
static class Sparkline
{
    const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>
    /// The curve of <paramref name="values"/> in at most <paramref name="width"/> characters, between its own minimum and maximum. More values than
    /// characters: each character is the mean of its share, so that noise does not hide the trend.
    /// </summary>
    public static string Of(IReadOnlyList<double> values, int width)
    {
        if (values.Count == 0 || width < 1) return "";
        var points = Math.Min(values.Count, width);
        var means = Enumerable.Range(0, points)
            .Select(i => (From: i * values.Count / points, To: (i + 1) * values.Count / points))
            .Select(share => values.Skip(share.From).Take(share.To - share.From).Average())
            .ToArray();

        var (low, high) = (means.Min(), means.Max());
        return string.Concat(means.Select(mean => high > low ? Bars[(int)Math.Min(7, (mean - low) / (high - low) * 8)] : Bars[3]));
    }
}
