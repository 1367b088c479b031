namespace Pipeline.Cli.Statistics;

/// <summary>Spearman's rank correlation: 1 when two lists order the same things alike, -1 when in reverse, about 0 by chance.</summary>
static class RankCorrelation
{
    /// <summary>The correlation of the ranks; equal values share the mean of their ranks. NaN when a list's values are all equal.</summary>
    public static double Of(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        var (a, b) = (Ranks(first), Ranks(second));
        var mean = (first.Count - 1) / 2.0;
        double together = 0, spreadA = 0, spreadB = 0;
        for (var i = 0; i < a.Length; i++)
        {
            together += (a[i] - mean) * (b[i] - mean);
            spreadA += (a[i] - mean) * (a[i] - mean);
            spreadB += (b[i] - mean) * (b[i] - mean);
        }
        return together / Math.Sqrt(spreadA * spreadB);
    }

    /// <summary>Ranks from 0.</summary>
    static double[] Ranks(IReadOnlyList<double> values)
    {
        var order = Enumerable.Range(0, values.Count).OrderBy(i => values[i]).ToArray();
        var ranks = new double[values.Count];
        for (int from = 0, to; from < order.Length; from = to)
        {
            for (to = from; to < order.Length && values[order[to]] == values[order[from]];) to++;
            for (var i = from; i < to; i++) ranks[order[i]] = (from + to - 1) / 2.0;
        }
        return ranks;
    }
}
