using Pipeline.Contracts;
using Pipeline.Learner.DriveRuns;
using Pipeline.Learning.PlanStep;

namespace Pipeline.Learner.Tests.DriveRuns;

public sealed class OpenWorkTests
{
    static readonly Guid Run = Guid.NewGuid();
    static readonly CaptionRequest[] Captions = [.. Enumerable.Range(0, 5).Select(i => new CaptionRequest(Guid.NewGuid(), "p", i, i))];

    static OpenWork TwoBatchesTwoRewards() => new(new Work(
        [.. Captions.Chunk(3).Select(chunk => new SampleCaptions(
            Run, 0, Ids.Batch(chunk.Select(c => c.CaptionId)), CaptionPurpose.Training, new PolicyRef(0, "c"), new Decoding(DecodingMode.Sample),
            ["blip", "oracle"], chunk))]));

    static CaptionScored Score(CaptionRequest caption, string reward) =>
        new(caption.CaptionId, Run, 0, reward, 1, [], new Dictionary<string, double>(), "m");

    static Arrival Done(SampleCaptions command, Stage stage, double elapsedMs) =>
        new(command.BatchId, stage, [.. command.Captions.Select(caption => caption.CaptionId)], elapsedMs);

    static Arrival Scored(SampleCaptions command, string reward, double elapsedMs) =>
        Done(command, Stage.Score, elapsedMs) with { Reward = reward };

    [Fact]
    public void It_is_complete_only_when_every_reward_has_scored_every_batch()
    {
        var work = TwoBatchesTwoRewards();
        foreach (var command in work.Work.Commands)
        {
            work.IsComplete.ShouldBeFalse();
            work.Take(Scored(command, "blip", 1)).ShouldBeTrue();
            work.IsComplete.ShouldBeFalse();
            work.Take(Scored(command, "oracle", 1)).ShouldBeTrue();
        }
        work.IsComplete.ShouldBeTrue();
    }

    [Fact]
    public void News_that_comes_twice_or_belongs_to_other_work_is_ignored()
    {
        var work = TwoBatchesTwoRewards();
        var command = work.Work.Commands[0];
        work.Take(Scored(command, "blip", 5)).ShouldBeTrue();
        work.Take(Scored(command, "blip", 5)).ShouldBeFalse();
        work.Take(Scored(command, "blip", 5) with { BatchId = Guid.NewGuid() }).ShouldBeFalse();
        work.Take(Done(command, Stage.Sample, 7)).ShouldBeTrue();
        work.Take(Done(command, Stage.Sample, 7)).ShouldBeFalse();
        (work.Timings()["time/score"], work.Timings()["time/sample"]).ShouldBe((5, 7));
    }

    [Fact]
    public void A_batch_may_be_scored_caption_by_caption()
    {
        var work = TwoBatchesTwoRewards();
        var command = work.Work.Commands[1];
        var first = Scored(command, "blip", 1) with { Captions = [Captions[3].CaptionId] };

        work.Take(first).ShouldBeTrue();
        work.Waiting["blip"].ShouldBe(4);
        work.Take(first).ShouldBeFalse();
        work.Take(Scored(command, "blip", 1)).ShouldBeTrue();
        work.Waiting["blip"].ShouldBe(3);
    }

    [Fact]
    public void Each_round_of_drawings_is_news_once_and_counts_as_rendering()
    {
        var work = TwoBatchesTwoRewards();
        var command = work.Work.Commands[0];

        work.Take(Done(command, Stage.Render, 20)).ShouldBeTrue();
        work.Take(Done(command, Stage.Render, 20)).ShouldBeFalse();
        work.Take(Done(command, Stage.Render, 3) with { FirstSample = 2 }).ShouldBeTrue();
        work.Timings()["time/render"].ShouldBe(23);
        TwoBatchesTwoRewards().Timings().ShouldNotContainKey("time/render");
    }

    [Fact]
    public void Reconciling_believes_the_store_and_not_the_news()
    {
        var work = TwoBatchesTwoRewards();
        work.Take(Scored(work.Work.Commands[1], "blip", 1));

        work.Reconcile([.. Captions[..3].Select(caption => Score(caption, "blip")), Score(Captions[3], "blip"), Score(Captions[0], "oracle")]);

        work.Waiting.ShouldBe(new Dictionary<string, int> { ["oracle"] = 4, ["blip"] = 1 }, ignoreOrder: true);
        work.Incomplete.Select(command => command.BatchId).ShouldBe(work.Work.Commands.Select(command => command.BatchId));
    }
}
