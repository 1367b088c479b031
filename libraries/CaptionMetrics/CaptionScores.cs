namespace Pipeline.CaptionMetrics;

/// <summary>What a set of captions is worth by the field's metrics, each under its name in <see cref="Metric"/>.</summary>
/// <param name="Corpus">
/// The figures of the whole set. CIDEr-D, ROUGE-L, repetition and length are means over captions; BLEU is of summed counts, distinct-n of
/// the set. Those that compare with references are absent when a caption has none.
/// </param>
/// <param name="PerCaption">The same of each caption alone, in the captions' order; distinct-n is of sets only.</param>
public sealed record CaptionScores(
    IReadOnlyDictionary<string, double> Corpus, IReadOnlyDictionary<string, IReadOnlyList<double>> PerCaption)
{
    /// <summary>The figures of these captions.</summary>
    /// <param name="captions">One or more captions, each with its picture's references: free text, whose words <see cref="CaptionWords"/> tells.</param>
    /// <exception cref="ArgumentException">There is no caption.</exception>
    public static CaptionScores Of(IReadOnlyList<(string Candidate, IReadOnlyList<string> References)> captions)
    {
        if (captions.Count == 0) throw new ArgumentException("There are no captions to score.", nameof(captions));
        var described = captions
            .Select(caption => new Described(CaptionWords.Of(caption.Candidate), [.. caption.References.Select(CaptionWords.Of)])).ToArray();
        var corpus = new Dictionary<string, double>();
        var each = new Dictionary<string, IReadOnlyList<double>>();
        if (described.All(caption => caption.References.Count > 0))
        {
            var cider = new CiderD(described);
            AddMean(Metric.CiderD, [.. described.Select(cider.Of)]);
            AddBleu([.. described.Select(Bleu.Count)]);
            AddMean(Metric.RougeL, [.. described.Select(RougeL.Of)]);
        }
        for (var n = 1; n <= 2; n++) corpus[Metric.Distinct(n)] = Diversity.Distinct(described.Select(caption => caption.Candidate), n);
        AddMean(Metric.Repetition, [.. described.Select(caption => Diversity.Repetition(caption.Candidate))]);
        AddMean(Metric.Length, [.. described.Select(caption => (double)caption.Candidate.Length)]);
        return new(corpus, each);

        void AddMean(string metric, double[] values)
        {
            corpus[metric] = values.Average();
            each[metric] = values;
        }

        void AddBleu(Bleu.Counts[] counts)
        {
            var (all, single) = (Bleu.Of(Bleu.Sum(counts)), counts.Select(Bleu.Of).ToArray());
            for (var n = 1; n <= all.Length; n++)
            {
                corpus[Metric.Bleu(n)] = all[n - 1];
                each[Metric.Bleu(n)] = [.. single.Select(scores => scores[n - 1])];
            }
        }
    }
}
