namespace Pipeline.CaptionMetrics;

/// <summary>Runs of n words and how often each occurs.</summary>
static class Ngrams
{
    /// <summary>The longest n-grams that BLEU and CIDEr-D count.</summary>
    public const int Longest = 4;

    /// <summary>How often each n-gram occurs, in the order of first occurrence.</summary>
    public static Dictionary<string, int> Count(string[] words, int n)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i + n <= words.Length; i++)
        {
            var ngram = string.Join(' ', words, i, n); // a word holds no space
            counts[ngram] = counts.GetValueOrDefault(ngram) + 1;
        }
        return counts;
    }

    /// <summary>The counts for n from 1 to <see cref="Longest"/>; index n - 1.</summary>
    public static Dictionary<string, int>[] CountAll(string[] words) =>
        [.. Enumerable.Range(1, Longest).Select(n => Count(words, n))];
}
