using Pipeline.Contracts;

namespace Pipeline.Replays.Tests;

public sealed class ReplayPlanTests
{
    static readonly ReplaySelection All = new(0, int.MaxValue);

    static ReplayPlan Plan(ReplaySelection selection, int? size = null, bool isDrawn = false, RunSettings? settings = null) =>
        ReplayPlan.Of(SmallRun.Recorded with { Settings = settings ?? SmallRun.Settings }, selection, size, isDrawn);

    [Fact]
    public void Captions_come_in_the_run_s_order_and_in_the_groups_in_which_they_were_scored()
    {
        var plan = Plan(All);

        plan.CaptionIds.ShouldBe(SmallRun.CaptionIds);
        plan.Batches.Select(batch => batch.CaptionIds.Count).ShouldBe([4, 2, 4, 2, 4, 2]);
        plan.Batches[0].Id.ShouldBe(Ids.Batch(plan.Batches[0].CaptionIds));
        Plan(All, size: 3).Batches.Select(batch => batch.CaptionIds.Count).ShouldBe([3, 1, 2, 3, 1, 2, 3, 1, 2]);
        var drawn = SmallRun.Settings with { Drawing = new DrawingSettings { Rewards = ["blip"], MicroBatch = 2 } };
        Plan(All, isDrawn: true, settings: drawn).Batches.ShouldAllBe(batch => batch.CaptionIds.Count == 2);
    }

    [Fact]
    public void Steps_and_versions_select()
    {
        Plan(new(1, 1)).Batches.ShouldAllBe(batch => batch.Step == 1);
        Plan(new(1, 2)).Captions.ShouldBe(12);
        Plan(new(0, int.MaxValue, PolicyVersion: 2)).Batches.ShouldAllBe(batch => batch.Step == 2);
        Should.Throw<ReplayException>(() => Plan(new(3, 9))).Message.ShouldContain("it has learned in 3 steps, from captions of versions 0 to 2");
        Should.Throw<ReplayException>(() => ReplayPlan.Of(SmallRun.Recorded with { Steps = [] }, All, null, false)).Message
            .ShouldContain("has not learned from any caption yet");
    }

    [Fact]
    public void A_sample_is_the_same_for_one_seed_another_for_another_and_in_the_run_s_order()
    {
        var five = Plan(new(0, int.MaxValue, Sample: 5, Seed: 1)).CaptionIds.ToArray();

        five.Length.ShouldBe(5);
        Plan(new(0, int.MaxValue, Sample: 5, Seed: 1)).CaptionIds.ShouldBe(five);
        Plan(new(0, int.MaxValue, Sample: 5, Seed: 2)).CaptionIds.ShouldNotBe(five);
        SmallRun.CaptionIds.Where(five.Contains).ShouldBe(five);
        Plan(new(0, int.MaxValue, Sample: 999)).Captions.ShouldBe(18);
    }

    [Fact]
    public void Another_order_or_selection_has_another_root() =>
        new[] { All, new(0, 1), new(1, 2), new(0, int.MaxValue, Sample: 12, Seed: 1) }.Select(selection => Plan(selection).Root).ShouldBeUnique();
}
