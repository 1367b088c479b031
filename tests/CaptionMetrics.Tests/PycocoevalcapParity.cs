using System.Text.Json.Nodes;
using Pipeline.Testing;

namespace Pipeline.CaptionMetrics.Tests;

/// <summary>Against pycocoevalcap, on captions that its tokeniser leaves as they are: each set of pictures that the fixture scored.</summary>
[Trait("Category", "Parity")]
public sealed class PycocoevalcapParity
{
    const double Tolerance = 1e-9;

    public static TheoryData<string> Sets => [.. Read("scores.json").AsObject().Where(set => set.Value is JsonObject).Select(set => set.Key)];

    [Theory, MemberData(nameof(Sets))]
    public void The_figures_of_the_set_are_the_reference_s(string set)
    {
        var (scores, expected) = Score(set);
        for (var n = 1; n <= 4; n++) scores.Corpus[Metric.Bleu(n)].ShouldBe((double)expected["bleu"]![n - 1]!, Tolerance, $"BLEU-{n}");
        scores.Corpus[Metric.RougeL].ShouldBe((double)expected["rouge_l"]!, Tolerance);
        scores.Corpus[Metric.CiderD].ShouldBe((double)expected["cider"]!, Tolerance);
    }

    [Theory, MemberData(nameof(Sets))]
    public void The_figures_of_each_caption_are_the_reference_s(string set)
    {
        var (scores, expected) = Score(set);
        for (var n = 1; n <= 4; n++) ShouldBe(Metric.Bleu(n), expected["bleu_per_image"]![n - 1]!);
        ShouldBe(Metric.RougeL, expected["rouge_l_per_image"]!);
        ShouldBe(Metric.CiderD, expected["cider_per_image"]!);

        void ShouldBe(string metric, JsonNode values)
        {
            scores.PerCaption[metric].Count.ShouldBe(values.AsArray().Count);
            for (var i = 0; i < scores.PerCaption[metric].Count; i++)
                scores.PerCaption[metric][i].ShouldBe((double)values[i]!, Tolerance, $"{metric} of {expected["ids"]![i]}");
        }
    }

    static (CaptionScores Scores, JsonNode Expected) Score(string set)
    {
        var expected = Read("scores.json")[set]!;
        var captions = Read("captions.json");
        return (CaptionScores.Of([.. expected["ids"]!.AsArray().Select(id => (string)id!).Select(id => (
            (string)captions["candidates"]![id]!,
            (IReadOnlyList<string>)[.. captions["references"]![id]!.AsArray().Select(reference => (string)reference!)]))]), expected);
    }

    static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Fixtures.Path("caption-metrics"), file)))!;
}
