namespace Pipeline.CaptionMetrics;

/// <summary>
/// BLEU-1 to BLEU-4 (Papineni et al., "BLEU: a method for automatic evaluation of machine translation", ACL 2002) as pycocoevalcap computes
/// them: clipped n-gram precision, the geometric mean over orders, the brevity penalty against the reference whose length is closest (the
/// shorter of two equally close), and its two small constants. From 0 to 1.
/// </summary>
static class Bleu
{
    /// <summary>Added to n-grams found, so that an order without any gives a very small number and not 0.</summary>
    const double Tiny = 1e-15;

    /// <summary>Added to n-grams counted, so that a caption without any divides by something.</summary>
    const double Small = 1e-9;

    /// <summary>What corpus BLEU sums over captions.</summary>
    public sealed record Counts(int Length, int ReferenceLength, int[] Found, int[] Guessed);

    /// <summary>What is counted of one caption.</summary>
    public static Counts Count(Described caption)
    {
        var length = caption.Candidate.Length;
        var closest = caption.References.Select(reference => reference.Length).OrderBy(other => Math.Abs(other - length)).ThenBy(other => other);
        var ngrams = Ngrams.CountAll(caption.Candidate);
        var references = caption.References.Select(Ngrams.CountAll).ToArray();
        return new(
            length, closest.First(),
            [.. ngrams.Select((counts, order) => counts.Sum(
                ngram => Math.Min(ngram.Value, references.Max(reference => reference[order].GetValueOrDefault(ngram.Key)))))],
            [.. Enumerable.Range(1, Ngrams.Longest).Select(n => Math.Max(0, length - n + 1))]);
    }

    /// <summary>The counts of all captions together.</summary>
    public static Counts Sum(IReadOnlyCollection<Counts> captions) => new(
        captions.Sum(caption => caption.Length), captions.Sum(caption => caption.ReferenceLength),
        [.. Enumerable.Range(0, Ngrams.Longest).Select(order => captions.Sum(caption => caption.Found[order]))],
        [.. Enumerable.Range(0, Ngrams.Longest).Select(order => captions.Sum(caption => caption.Guessed[order]))]);

    /// <summary>BLEU-1 to BLEU-4 of these counts; index n - 1.</summary>
    public static double[] Of(Counts counts)
    {
        var scores = new double[Ngrams.Longest];
        var ratio = (counts.Length + Tiny) / (counts.ReferenceLength + Small);
        var brevity = ratio < 1 ? Math.Exp(1 - 1 / ratio) : 1;
        var product = 1.0;
        for (var order = 0; order < scores.Length; order++)
        {
            product *= (counts.Found[order] + Tiny) / (counts.Guessed[order] + Small);
            scores[order] = Math.Pow(product, 1.0 / (order + 1)) * brevity;
        }
        return scores;
    }
}
