namespace Pipeline.CaptionMetrics;

/// <summary>How varied captions are, without any reference.</summary>
static class Diversity
{
    /// <summary>
    /// Distinct-n: how many different n-grams a set of captions has, as a share of all its n-grams; near 0 when all captions say the same. 1
    /// when there are none. Li et al. ("A diversity-promoting objective function for neural conversation models", NAACL 2016) divide by the
    /// number of words, which cannot reach 1 for n above 1.
    /// </summary>
    public static double Distinct(IEnumerable<string[]> captions, int n)
    {
        var counts = captions.Select(words => Ngrams.Count(words, n)).ToArray();
        var all = counts.Sum(caption => caption.Values.Sum());
        return all == 0 ? 1 : (double)counts.SelectMany(caption => caption.Keys).Distinct(StringComparer.Ordinal).Count() / all;
    }

    /// <summary>
    /// The share of a caption's bigrams that it has had before: 1 - different / all, from 0 to below 1; 0 for a caption of less than two words.
    /// It is seq-rep-n of Welleck et al. ("Neural text generation with unlikelihood training", ICLR 2020) for n = 2, as captions are short.
    /// </summary>
    public static double Repetition(string[] words) => words.Length < 2 ? 0 : 1 - (double)Ngrams.Count(words, 2).Count / (words.Length - 1);
}
