namespace Pipeline.CaptionMetrics;

/// <summary>
/// ROUGE-L (Lin, "ROUGE: a package for automatic evaluation of summaries", 2004) as pycocoevalcap computes it: the F-measure, with
/// beta 1.2, of the best precision and the best recall of the longest common subsequence over the references. From 0 to 1.
/// </summary>
static class RougeL
{
    const double Beta = 1.2;

    /// <summary>ROUGE-L of one caption; 0 for one without words.</summary>
    public static double Of(Described caption)
    {
        double precision = 0, recall = 0;
        foreach (var reference in caption.References)
        {
            var common = LongestCommonSubsequence(caption.Candidate, reference);
            if (common == 0) continue;
            precision = Math.Max(precision, (double)common / caption.Candidate.Length);
            recall = Math.Max(recall, (double)common / reference.Length);
        }
        return precision == 0 ? 0 : (1 + Beta * Beta) * precision * recall / (recall + Beta * Beta * precision);
    }

    static int LongestCommonSubsequence(string[] first, string[] second)
    {
        var row = new int[second.Length + 1];
        foreach (var word in first)
            for (int column = 1, diagonal = 0; column <= second.Length; column++)
            {
                var above = row[column];
                row[column] = second[column - 1] == word ? diagonal + 1 : Math.Max(above, row[column - 1]);
                diagonal = above;
            }
        return row[^1];
    }
}
