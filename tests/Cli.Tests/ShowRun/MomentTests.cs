using Pipeline.Cli.ShowRun;
using Pipeline.Cli.Terminal;
using Pipeline.Projections.Runs;

namespace Pipeline.Cli.Tests.ShowRun;

public sealed class MomentTests
{
    static readonly DateTimeOffset Start = new(2025, 1, 2, 3, 4, 5, TimeSpan.Zero);
    static readonly (object, DateTimeOffset)[] Events = [.. RecordedRun.Events.Select((data, second) => (data, Start.AddSeconds(second)))];

    [Fact]
    public void A_run_is_shown_as_it_was_at_any_second()
    {
        var versions = Enumerable.Range(0, Events.Length).Select(second => Moment.Of(RecordedRun.Id, Events, Start.AddSeconds(second), null)).ToArray();

        versions.Select(run => run.Events).ShouldBe(Enumerable.Range(1, Events.Length).Select(count => (long)count));
        versions.Select(run => run.Policy.Version).ShouldBe([0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 2, 2]);
        versions.Select(run => run.Open.Count).ShouldBe([0, 1, 2, 1, 0, 1, 0, 1, 0, 1, 2, 1, 0, 0]);
        versions[^2].Phase.ShouldBe(RunPhase.Running);
        versions[^1].Phase.ShouldBe(RunPhase.Completed);
        versions[6].Reward.ShouldBe(1.2);
    }

    [Fact]
    public void A_run_is_shown_as_it_was_when_a_version_was_made()
    {
        Moment.Of(RecordedRun.Id, Events, null, 0).Events.ShouldBe(1);
        Moment.Of(RecordedRun.Id, Events, null, 1).Events.ShouldBe(7);
        Moment.Of(RecordedRun.Id, Events, null, null).Events.ShouldBe(Events.Length);
    }

    [Fact]
    public void A_moment_before_the_run_and_a_version_that_was_never_made_are_errors()
    {
        Should.Throw<CliException>(() => Moment.Of(RecordedRun.Id, Events, Start.AddSeconds(-1), null)).Message.ShouldContain("had not begun");
        Should.Throw<CliException>(() => Moment.Of(RecordedRun.Id, Events, null, 3)).Message.ShouldContain("its newest is 2");
    }

    [Fact]
    public void What_is_shown_is_what_people_ask_for()
    {
        var text = string.Join('\n', RunText.Lines(Moment.Of(RecordedRun.Id, Events, null, 1)));

        text.ShouldContain("version     1 of 2, learned from 2 captions");
        text.ShouldContain("reward 1.200 (blip 0.600, oracle 0.250), KL 0.100");
        text.ShouldContain("evaluated   version 0, heldout, greedy: blip 0.500");
    }
}
