namespace Pipeline.CaptionMetrics.Tests;

public sealed class CaptionScoresTests
{
    static readonly IReadOnlyList<string> Cat = ["a cat on the sofa in a park", "a black cat lying on a couch"];
    static readonly IReadOnlyList<string> Wave = ["people riding a big wave at sea", "a man surfing on a tall wave"];

    [Fact]
    public void A_caption_equal_to_its_only_reference_scores_the_most_that_there_is()
    {
        var scores = CaptionScores.Of([(Cat[0], [Cat[0]]), (Wave[0], [Wave[0]])]);

        scores.Corpus[Metric.CiderD].ShouldBe(10, 1e-9);
        scores.Corpus[Metric.RougeL].ShouldBe(1, 1e-9);
        for (var n = 1; n <= 4; n++) scores.Corpus[Metric.Bleu(n)].ShouldBe(1, 1e-8);
    }

    [Fact]
    public void A_caption_without_words_scores_nothing_and_breaks_nothing()
    {
        var scores = CaptionScores.Of([("", Cat), (Wave[1], Wave)]);

        scores.PerCaption[Metric.CiderD][0].ShouldBe(0);
        scores.PerCaption[Metric.RougeL][0].ShouldBe(0);
        scores.PerCaption[Metric.Bleu(4)][0].ShouldBe(0, 1e-9);
        scores.PerCaption[Metric.Repetition][0].ShouldBe(0);
        scores.PerCaption[Metric.Length][0].ShouldBe(0);
        scores.Corpus.Values.ShouldAllBe(value => double.IsFinite(value));
    }

    [Fact]
    public void CIDEr_D_of_a_picture_depends_on_the_others_of_the_set_and_is_nothing_for_one_alone()
    {
        CaptionScores.Of([(Cat[0], Cat)]).Corpus[Metric.CiderD].ShouldBe(0);
        CaptionScores.Of([(Cat[0], Cat), (Wave[0], Wave)]).PerCaption[Metric.CiderD][0].ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Without_references_of_every_caption_no_figure_compares_with_references()
    {
        var scores = CaptionScores.Of([(Cat[0], Cat), (Wave[0], [])]);

        scores.Corpus.Keys.ShouldBe([Metric.Distinct(1), Metric.Distinct(2), Metric.Repetition, Metric.Length]);
        scores.PerCaption.Keys.ShouldBe([Metric.Repetition, Metric.Length]);
    }

    [Fact]
    public void A_caption_that_repeats_itself_is_told_by_its_bigrams()
    {
        var scores = CaptionScores.Of([("a star and a star and a star", []), ("a star", []), ("star", [])]);

        // Seven bigrams, three different: a star, star and, and a.
        scores.PerCaption[Metric.Repetition].ShouldBe([1 - 3.0 / 7, 0, 0]);
        scores.Corpus[Metric.Length].ShouldBe(11.0 / 3);
    }

    [Fact]
    public void Captions_that_all_say_the_same_are_not_distinct()
    {
        var same = CaptionScores.Of([.. Enumerable.Repeat(("a red square", (IReadOnlyList<string>)[]), 10)]);
        same.Corpus[Metric.Distinct(1)].ShouldBe(3.0 / 30);
        same.Corpus[Metric.Distinct(2)].ShouldBe(2.0 / 20);

        CaptionScores.Of([("a red square", []), ("blue circle", [])]).Corpus[Metric.Distinct(1)].ShouldBe(1);
        CaptionScores.Of([("", [])]).Corpus[Metric.Distinct(1)].ShouldBe(1);
    }

    [Fact]
    public void No_captions_are_an_error() => Should.Throw<ArgumentException>(() => CaptionScores.Of([]));
}
