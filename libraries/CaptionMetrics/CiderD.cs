namespace Pipeline.CaptionMetrics;

/// <summary>
/// CIDEr-D (Vedantam et al., "CIDEr: consensus-based image description evaluation", CVPR 2015) as pycocoevalcap computes it: for n from 1 to 4
/// the cosine of tf-idf vectors, each of the candidate's weights clipped to the reference's, times a Gaussian penalty (sigma 6) on the
/// difference in length; the mean over n and references, times 10. From 0 to 10.
/// </summary>
/// <remarks>
/// Document frequencies come from the references of the very captions scored: a caption scores otherwise in another set, and every score
/// in a set of one picture is 0.
/// </remarks>
sealed class CiderD
{
    const double Sigma = 6;

    readonly Dictionary<string, int> _documents = new(StringComparer.Ordinal);
    readonly double _logPictures;

    /// <summary>Counts in how many pictures' references each n-gram occurs.</summary>
    public CiderD(IReadOnlyCollection<Described> captions)
    {
        _logPictures = Math.Log(captions.Count);
        foreach (var caption in captions)
            foreach (var ngram in caption.References.SelectMany(Ngrams.CountAll).SelectMany(counts => counts.Keys).Distinct(StringComparer.Ordinal))
                _documents[ngram] = _documents.GetValueOrDefault(ngram) + 1;
    }

    /// <summary>CIDEr-D of one of the captions.</summary>
    public double Of(Described caption)
    {
        var candidate = Vectors(caption.Candidate);
        var sum = 0.0;
        foreach (var words in caption.References)
        {
            // What pycocoevalcap takes for the length is the number of bigrams: for captions of a word or more the same difference.
            double difference = Math.Max(0, caption.Candidate.Length - 1) - Math.Max(0, words.Length - 1);
            var penalty = Math.Exp(-difference * difference / (2 * Sigma * Sigma));
            sum += candidate.Zip(Vectors(words), Cosine).Average() * penalty;
        }
        return sum / caption.References.Count * 10;
    }

    (Dictionary<string, double> Weights, double Norm)[] Vectors(string[] words) => [.. Ngrams.CountAll(words).Select(counts =>
    {
        var weights = counts.ToDictionary(
            ngram => ngram.Key, ngram => ngram.Value * (_logPictures - Math.Log(Math.Max(1, _documents.GetValueOrDefault(ngram.Key)))),
            StringComparer.Ordinal);
        return (weights, Math.Sqrt(weights.Values.Sum(weight => weight * weight)));
    })];

    static double Cosine((Dictionary<string, double> Weights, double Norm) candidate, (Dictionary<string, double> Weights, double Norm) reference)
    {
        if (candidate.Norm == 0 || reference.Norm == 0) return 0;
        var product = candidate.Weights.Sum(
            ngram => reference.Weights.TryGetValue(ngram.Key, out var weight) ? Math.Min(ngram.Value, weight) * weight : 0);
        return product / (candidate.Norm * reference.Norm);
    }
}
