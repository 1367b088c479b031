namespace Pipeline.Replays.Statistics;

/// <summary>How much two lists of figures of the same things agree: 1 entirely, -1 in reverse, about 0 by chance. NaN when a list's values are all equal.</summary>
public static class Correlation
{
    /// <summary>Pearson's: of the values themselves, 1 when one is a rising linear function of the other.</summary>
    public static double Pearson(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        var (meanA, meanB) = (first.Average(), second.Average());
        double together = 0, spreadA = 0, spreadB = 0;
        for (var i = 0; i < first.Count; i++)
        {
            together += (first[i] - meanA) * (second[i] - meanB);
            spreadA += (first[i] - meanA) * (first[i] - meanA);
            spreadB += (second[i] - meanB) * (second[i] - meanB);
        }
        return together / Math.Sqrt(spreadA * spreadB);
    }

    /// <summary>Spearman's: Pearson's of the ranks, 1 when both order the things alike.</summary>
    public static double Spearman(IReadOnlyList<double> first, IReadOnlyList<double> second) => Pearson(Ranks(first), Ranks(second));

    /// <summary>
    /// Kendall's tau-b: of all pairs the share that both order alike less the share that they order in reverse, corrected for ties. In n log n
    /// steps (Knight, "A computer method for calculating Kendall's tau with ungrouped data", 1966): sorted by the first list, the pairs in
    /// reverse order are the exchanges that sorting by the second takes.
    /// </summary>
    public static double Kendall(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        var order = Enumerable.Range(0, first.Count).OrderBy(i => first[i]).ThenBy(i => second[i]).ToArray();
        var values = order.Select(i => second[i]).ToArray();
        var pairs = Pairs(first.Count);
        var tiedFirst = Tied(order.Select(i => first[i]));
        var tiedBoth = Tied(order.Select(i => (first[i], second[i])));
        var exchanges = Sort(values, new double[values.Length], 0, values.Length);
        var tiedSecond = Tied(values);
        return (pairs - tiedFirst - tiedSecond + tiedBoth - 2 * exchanges) / Math.Sqrt((pairs - tiedFirst) * (pairs - tiedSecond));
    }

    /// <summary>Ranks from 0, smallest first; equal values share the mean of theirs.</summary>
    public static double[] Ranks(IReadOnlyList<double> values)
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

    static double Pairs(double count) => count * (count - 1) / 2;

    /// <summary>How many pairs of equal values are in a sorted list.</summary>
    static double Tied<T>(IEnumerable<T> sorted)
        where T : IEquatable<T>
    {
        var (pairs, run) = (0.0, 0);
        T? last = default;
        foreach (var value in sorted)
        {
            run = run > 0 && value.Equals(last) ? run + 1 : 1;
            pairs += run - 1; // a run of n has 0 + 1 + ... + (n - 1) pairs
            last = value;
        }
        return pairs;
    }

    /// <summary>Merge sort; returns how many pairs were out of order.</summary>
    static double Sort(double[] values, double[] space, int from, int to)
    {
        if (to - from < 2) return 0;
        var middle = (from + to) / 2;
        var exchanges = Sort(values, space, from, middle) + Sort(values, space, middle, to);
        var (left, right) = (from, middle);
        for (var place = from; place < to; place++)
        {
            var takesRight = left == middle || (right < to && values[right] < values[left]);
            if (takesRight) exchanges += middle - left;
            space[place] = takesRight ? values[right++] : values[left++];
        }
        space.AsSpan(from, to - from).CopyTo(values.AsSpan(from));
        return exchanges;
    }
}
