using Pipeline.Contracts;

namespace Pipeline.Replays.Tests;

public sealed class ReplayReportTests
{
    static readonly ReplayStarted Replay = new(Guid.NewGuid(), SmallRun.Id, "other", "blip", new(0, 9), 4, new string('a', 64));

    static ReplayReport Report(params (double? Old, double New)[] scores)
    {
        var captions = SmallRun.Recorded.Steps.SelectMany(step => step.Captions.Take(2).Select(request => SmallRun.Sampled(step, request)));
        return ReplayReport.Of(Replay, "model", [.. captions.Zip(scores, (caption, score) => new ScoredTwice(
            caption.CaptionId, caption.Step, caption.Policy.Version, caption.PictureSha256, caption.Text, score.Old, score.New))]);
    }

    [Fact]
    public void Figures_are_over_all_captions_and_by_the_version_that_wrote_them()
    {
        var report = Report((1, 10), (2, 30), (3, 20), (4, 40));

        report.All.Old.ShouldBe(new ScoreSpread(4, 2.5, Math.Sqrt(5 / 3.0), 1, 4));
        report.All.New.Mean.ShouldBe(25);
        report.All.Agreement!.Pearson!.Value.ShouldBe(0.8, 1e-12);
        report.All.Agreement.Spearman!.Value.ShouldBe(0.8, 1e-12);
        report.All.Agreement.Kendall!.Value.ShouldBe(2 / 3.0, 1e-12);
        report.Versions.Keys.ShouldBe([0, 1]);
        report.Versions[1].New.ShouldBe(new ScoreSpread(2, 30, Math.Sqrt(200), 20, 40));
        report.Versions[1].Agreement!.Kendall!.Value.ShouldBe(1, 1e-12);
    }

    [Fact]
    public void The_captions_whose_rank_moves_most_come_first_and_best_is_rank_1()
    {
        var report = Report((4, 10), (3, 30), (2, 20), (1, 40));

        report.Moves(9).Select(caption => (caption.OldRank, caption.NewRank, caption.Rise)).ShouldBe([(1, 4, -3), (4, 1, 3)]);
        report.Moves(1).Count().ShouldBe(1);
        Report((1, 5), (1, 5)).Moves(9).ShouldBeEmpty();
        Report((1, 5), (1, 5)).Captions.ShouldAllBe(caption => caption.NewRank == 1.5);
    }

    [Fact]
    public void Without_recorded_scores_the_new_ones_are_told_and_nothing_is_compared()
    {
        var report = Report((1, 10), (null, 30));

        (report.All.Old, report.All.Agreement).ShouldBe((null, null));
        report.All.New.Mean.ShouldBe(20);
        report.Captions.ShouldAllBe(caption => caption.OldRank == null);
    }
}
