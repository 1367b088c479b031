using Pipeline.CaptionMetrics;
using Pipeline.Contracts;

namespace Pipeline.Learning.Steps;

/// <summary>An evaluation's captions by the field's metrics. Pure.</summary>
public static class CaptionFigures
{
    /// <summary>The captions' figures; those that compare with references are there when every caption's picture has some.</summary>
    /// <param name="captions">The captions, in the evaluation's order.</param>
    /// <param name="references">What people wrote of each picture, by its SHA-256.</param>
    public static CaptionScores Of(
        IReadOnlyList<CaptionSampled> captions, IReadOnlyDictionary<string, IReadOnlyList<string>> references) =>
        CaptionScores.Of([.. captions.Select(caption => (caption.Text, references.GetValueOrDefault(caption.PictureSha256, [])))]);

    /// <summary>What people wrote of each picture, by its SHA-256.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> References(IEnumerable<Picture> pictures) =>
        pictures.ToDictionary(picture => picture.Sha256, picture => picture.Captions);

    /// <summary>The figures of the whole evaluation by name, ordered by it, perplexity among them.</summary>
    /// <param name="captions">The captions, in the evaluation's order.</param>
    /// <param name="references">What people wrote of each picture, by its SHA-256.</param>
    /// <param name="referenceLogProbs">See <see cref="Evaluated.ReferenceLogProbs"/>.</param>
    public static IReadOnlyDictionary<string, double> Metrics(
        IReadOnlyList<CaptionSampled> captions, IReadOnlyDictionary<string, IReadOnlyList<string>> references,
        IReadOnlyList<double> referenceLogProbs) => Of(captions, references).Corpus
        .Append(new(Metric.Perplexity, Perplexity.Of(referenceLogProbs, captions.Select(caption => caption.TokenIds.Count))))
        .OrderBy(metric => metric.Key, StringComparer.Ordinal).ToDictionary();
}
