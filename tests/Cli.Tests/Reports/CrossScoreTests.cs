using Pipeline.Cli.Reports;

namespace Pipeline.Cli.Tests.Reports;

public sealed class CrossScoreTests
{
    [Fact]
    public void Every_recorded_reward_has_its_own_means_before_and_after_those_that_were_trained_on_first()
    {
        var scores = RunReport.Of(RecordedRun.After(RecordedRun.Events.Count), null).CrossScores;

        scores.Keys.ShouldBe(["blip", "oracle"]);
        (scores["blip"].Weight, scores["blip"].Greedy).ShouldBe((2, new Change(0.5, 0.8)));
        scores["blip"].Sampled!.After.ShouldBe(0.7, 1e-9);
        scores["oracle"].Weight.ShouldBe(0);
        scores["oracle"].Greedy.ShouldBe(new(0.4, 0.6));
        scores["blip"].Training.ShouldBe(new(0.6, 0.7));
    }

    [Fact]
    public void A_run_that_was_not_evaluated_to_its_end_has_no_means() =>
        RunReport.Of(RecordedRun.After(8), null).CrossScores["blip"].ShouldBe(new CrossScore(2, null, null, null));

    [Fact]
    public void The_table_tells_losses_like_gains()
    {
        var report = RunReport.Of(RecordedRun.After(RecordedRun.Events.Count), null) with
        {
            CrossScores = new Dictionary<string, CrossScore>
            {
                ["vgg"] = new(1, new(0.2, 0.6), null, new(0.1, 0.5)), ["blip"] = new(0, new(0.7, 0.5), null, null),
            },
        };

        var lines = Screen.Lines(ReportTables.CrossScores(report), width: 80);

        lines.ShouldContain(line => line.Contains("vgg, trained on") && line.Contains("0.200 -> 0.600  +0.400"));
        lines.ShouldContain(line => line.Contains("blip, recorded") && line.Contains("0.700 -> 0.500  -0.200"));
        Screen.Lines(ReportTables.TrainingScores(report), width: 80)
            .ShouldContain(line => line.Contains("vgg, trained on") && line.Contains("0.100 -> 0.500  +0.400"));
    }

    [Fact]
    public void Equal_drawings_are_counted_once_among_what_there_was_to_draw()
    {
        var ids = Enumerable.Range(0, 4).Select(_ => Guid.NewGuid()).ToArray();

        var figures = DrawingFigures.Of(
        [
            Drawings.Rendered(ids[0], "x"), Drawings.Rendered(ids[1], "y", 3, invalid: 1), Drawings.Rendered(ids[2], "x"),
            Drawings.Rendered(ids[3], "x"),
        ]);

        figures.ShouldBe(new DrawingFigures(4, 2, 0.5, 9, 1));
        figures.Sentence().ShouldBe("4 captions drawn, 2 of them different: 50.0% were found drawn already. 9 pictures, 1 invalid.");
        DrawingFigures.Of([]).HitRate.ShouldBe(0);
    }
}
