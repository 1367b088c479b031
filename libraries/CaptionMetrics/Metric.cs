namespace Pipeline.CaptionMetrics;

/// <summary>The names of the figures.</summary>
public static class Metric
{
    /// <summary>Agreement with the references weighted by how telling the words are; from 0 to 10.</summary>
    public const string CiderD = "cider_d";

    /// <summary>The longest common subsequence with the references; from 0 to 1.</summary>
    public const string RougeL = "rouge_l";

    /// <summary>The share of a caption's bigrams that it has had before; from 0 to below 1.</summary>
    public const string Repetition = "repetition";

    /// <summary>How surprised the reference captioner is by the captions, given their pictures; 1 or more, see <see cref="Pipeline.CaptionMetrics.Perplexity"/>.</summary>
    public const string Perplexity = "perplexity";

    /// <summary>Words in a caption.</summary>
    public const string Length = "length";

    /// <summary>The share of n-grams found in the references, for n-grams up to <paramref name="n"/> (1 to 4); from 0 to 1.</summary>
    public static string Bleu(int n) => $"bleu_{n}";

    /// <summary>Different n-grams of the set as a share of all, for <paramref name="n"/> 1 or 2; from 0 to 1.</summary>
    public static string Distinct(int n) => $"distinct_{n}";
}
