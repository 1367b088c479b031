using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Pipeline.CaptionMetrics.Tests;

public sealed class CaptionScoresProperties
{
    static readonly string[] Vocabulary = ["a", "red", "blue", "star", "square", "on", "left", "of"];

    [Property(MaxTest = 200)]
    public Property Every_figure_is_in_its_range() => Prop.ForAll(Captions(), captions =>
    {
        var scores = CaptionScores.Of(captions);
        foreach (var (name, value) in scores.Corpus.Concat(scores.PerCaption.SelectMany(
            metric => metric.Value.Select(value => KeyValuePair.Create(metric.Key, value)))))
            value.ShouldBeInRange(-1e-9, name switch { Metric.CiderD => 10 + 1e-9, Metric.Length => 12, _ => 1 + 1e-9 }, name);
    });

    [Property(MaxTest = 100)]
    public Property The_order_of_the_pictures_changes_no_caption_s_figures() => Prop.ForAll(Captions(), captions =>
    {
        var (forward, backward) = (CaptionScores.Of(captions), CaptionScores.Of([.. captions.Reverse()]));
        foreach (var (name, values) in forward.PerCaption)
            for (var i = 0; i < values.Count; i++) backward.PerCaption[name][^(i + 1)].ShouldBe(values[i], 1e-12, name);
        foreach (var (name, value) in forward.Corpus) backward.Corpus[name].ShouldBe(value, 1e-12, name);
    });

    [Property(MaxTest = 100)]
    public Property Another_reference_takes_nothing_from_BLEU_1_s_precision_and_ROUGE_L() => Prop.ForAll(Captions(), captions =>
    {
        // As long as the caption: the brevity penalty does not fall, and neither does any best match.
        var more = captions.Select(caption => (caption.Candidate, (IReadOnlyList<string>)[.. caption.References, Same(caption.Candidate)])).ToArray();
        var (before, after) = (CaptionScores.Of(captions), CaptionScores.Of(more));
        for (var i = 0; i < captions.Length; i++)
        {
            after.PerCaption[Metric.Bleu(1)][i].ShouldBeGreaterThanOrEqualTo(before.PerCaption[Metric.Bleu(1)][i] - 1e-8);
            after.PerCaption[Metric.RougeL][i].ShouldBeGreaterThanOrEqualTo(before.PerCaption[Metric.RougeL][i] - 1e-8);
        }
    });

    static string Same(string candidate) => string.Join(' ', CaptionWords.Of(candidate).Select(_ => "thing"));

    static Arbitrary<(string Candidate, IReadOnlyList<string> References)[]> Captions()
    {
        var caption = from length in Gen.Choose(0, 12) from words in Gen.Elements(Vocabulary).ArrayOf(length) select string.Join(' ', words);
        var described = from candidate in caption
            from count in Gen.Choose(1, 4)
            from references in caption.ArrayOf(count)
            select (candidate, (IReadOnlyList<string>)references);
        return (from count in Gen.Choose(1, 6) from captions in described.ArrayOf(count) select captions).ToArbitrary();
    }
}
