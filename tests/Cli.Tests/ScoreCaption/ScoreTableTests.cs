using Pipeline.Cli.ScoreCaption;
using Pipeline.Contracts;

namespace Pipeline.Cli.Tests.ScoreCaption;

public sealed class ScoreTableTests
{
    static readonly CaptionSampled Caption = new Probe("a red circle", new('a', 64), ["blip"], null, 1).Caption(0);

    [Fact]
    public void Each_reward_has_its_score_the_scores_of_its_drawings_with_their_variance_and_its_details()
    {
        var oracle = Drawings.Scored(Caption.CaptionId, "oracle") with
        {
            Details = new Dictionary<string, double> { ["recall"] = 0.25, ["precision"] = 1 },
        };

        var lines = Lines([Drawings.Scored(Caption.CaptionId, "vgg", 0.5, 0.7, 0.9), oracle], []);

        lines.ShouldContain(line => line.StartsWith("  reward", StringComparison.Ordinal) && line.Contains("its drawings"));
        lines.ShouldContain(
            line => line.Contains("vgg") && line.Contains("0.700 ") && line.Contains("0.500 0.700 0.900") && line.Contains("0.04000"));
        lines.ShouldContain(line => line.Contains("oracle") && line.Contains("precision 1.000, recall 0.250"));
        Array.FindIndex(lines, line => line.Contains("oracle")).ShouldBeLessThan(Array.FindIndex(lines, line => line.Contains("vgg")));
    }

    [Fact]
    public void Columns_that_nobody_fills_are_left_out_and_a_reward_that_did_not_answer_is_there()
    {
        var lines = Lines([Drawings.Scored(Caption.CaptionId, "blip")], ["vgg"]);

        lines.ShouldNotContain(line => line.Contains("variance") || line.Contains("details"));
        lines.ShouldContain(line => line.Contains("vgg") && line.Contains("none"));
    }

    [Fact]
    public void A_reward_with_details_but_no_drawings_keeps_them_in_their_column()
    {
        var oracle = Drawings.Scored(Caption.CaptionId, "oracle") with { Details = new Dictionary<string, double> { ["f1"] = 0.4 } };
        Lines([oracle, Drawings.Scored(Caption.CaptionId, "blip")], [])
            .ShouldContain(line => line.Contains("0.500") && line.Contains("f1 0.400"));
    }

    static string[] Lines(CaptionScored[] scores, string[] missing) =>
        Screen.Lines(ScoreTable.Render(ScoreReport.Of(Caption, null, scores, missing)));
}
