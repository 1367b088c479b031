using Pipeline.Projections.Figures;
using Pipeline.Studio.Run;

namespace Pipeline.Studio.Tests.Run;

public sealed class AlarmTests
{
    static readonly RunFigureTable Calm = MadeUp.Table(
        ("objective/kl", Twice(4, 4)), ("policy/ratio_first", Twice(1, 1.000001)), ("reward/blip/std", Twice(0.1, 0.1)));

    [Fact]
    public void A_run_that_goes_well_gives_no_alarm() => Alarms.Of(MadeUp.Run(), Calm).ShouldBeEmpty();

    [Fact]
    public void A_run_before_its_first_step_gives_no_alarm() => Alarms.Of(MadeUp.Run(), MadeUp.Table()).ShouldBeEmpty();

    [Fact]
    public void A_run_that_gave_up_says_why_until_it_is_resumed()
    {
        var run = MadeUp.Run();
        var failed = run.After(new RunFailed(run.RunId, 0, "The disk is full."), MadeUp.Started);
        var alarm = Alarms.Of(failed, Calm).ShouldHaveSingleItem();
        (alarm.Level, alarm.Kind).ShouldBe(("danger", "failed"));
        alarm.Text.ShouldContain("The disk is full.");
        Alarms.Of(failed.After(new RunResumed(run.RunId, 0), MadeUp.Started), Calm).ShouldBeEmpty();
    }

    [Fact]
    public void The_newest_suspicion_of_reward_hacking_is_told()
    {
        RewardHackingSuspected Suspected(int version, string fallen) => new(
            Guid.NewGuid(), version, new("blip", 0.5, 0.7, 0.1, 0.3), [new(fallen, 0.9, 0.2, -0.8, -0.6, DecodingMode.Greedy)]);
        var run = MadeUp.Run() with { Suspicions = [Suspected(20, "oracle"), Suspected(40, "fluency")] };
        var alarm = Alarms.Of(run, Calm).ShouldHaveSingleItem();
        (alarm.Level, alarm.Kind).ShouldBe(("danger", "hacking"));
        alarm.Text.ShouldContain("version 40");
        alarm.Text.ShouldContain("fluency fell");
    }

    [Theory]
    [InlineData(4, 9, true)]
    [InlineData(4, 7.9, false)] // not twice as much
    [InlineData(0.5, 2.4, false)] // twice as much, but little: at first everything doubles
    public void KL_that_doubles_within_ten_steps_is_an_alarm(double before, double after, bool isAlarm)
    {
        var alarms = Alarms.Of(MadeUp.Run(), MadeUp.Table(("objective/kl", Twice(before, after))));
        alarms.Select(alarm => (alarm.Level, alarm.Kind)).ShouldBe(isAlarm ? [("warning", "kl")] : []);
        if (isAlarm) alarms[0].Text.ShouldContain("4.0 to 9.0 nats per caption");
    }

    [Fact]
    public void KL_of_a_run_that_is_shorter_than_what_is_looked_at_is_no_alarm() =>
        Alarms.Of(MadeUp.Run(), MadeUp.Table(("objective/kl", [0, 0, 0, 0, 50, 50, 50, 50, 50]))).ShouldBeEmpty();

    [Theory]
    [InlineData(1.03, true)]
    [InlineData(0.97, true)]
    [InlineData(1.01, false)]
    public void A_ratio_that_is_not_1_before_the_first_gradient_is_an_alarm(double ratio, bool isAlarm) =>
        Alarms.Of(MadeUp.Run(), MadeUp.Table(("policy/ratio_first", [ratio]))).Select(alarm => (alarm.Level, alarm.Kind))
            .ShouldBe(isAlarm ? [("danger", "ratio")] : []);

    [Fact]
    public void A_ratio_elsewhere_is_none_where_captions_are_stale_or_another_runs()
    {
        var table = MadeUp.Table(("policy/ratio_first", [1.5]));
        var settings = MadeUp.Settings(("blip", 1));
        var branch = new BranchSettings(Guid.NewGuid(), new PolicyRef(1, new('c', 64)), 0, Guid.NewGuid());
        Alarms.Of(MadeUp.Run(settings with { MaxStaleness = 1 }), table).ShouldBeEmpty();
        Alarms.Of(MadeUp.Run(settings with { Branch = branch }), table).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1, "warning")]
    [InlineData(0, "info")]
    public void A_reward_that_scores_every_caption_alike_is_told_and_counts_less_when_nothing_is_learned_from_it(double weight, string level)
    {
        var run = MadeUp.Run(MadeUp.Settings(("other", 1), ("blip", weight)));
        var alarm = Alarms.Of(run, MadeUp.Table(("reward/blip/std", Twice(0.1, 0)))).ShouldHaveSingleItem();
        (alarm.Level, alarm.Kind).ShouldBe((level, "constant"));
        alarm.Text.ShouldContain("blip");
        Alarms.Of(run, MadeUp.Table(("reward/blip/std", [.. Twice(0, 0)[..^1], 0.1]))).ShouldBeEmpty("one step tells captions apart");
    }

    static double[] Twice(double before, double now) =>
        [.. Enumerable.Repeat(before, Alarms.Look / 2), .. Enumerable.Repeat(now, Alarms.Look / 2)];
}
