using Pipeline.Contracts;
using Pipeline.Learning.DetectHacking;

namespace Pipeline.Learning.Tests.DetectHacking;

public sealed class DueJudgementsTests
{
    static readonly StepOpened Anything = new(Guid.Empty, 0, new PolicyRef(0, "base"), []);

    [Fact]
    public void A_version_is_judged_when_the_last_of_its_evaluations_and_of_version_0_s_is_closed()
    {
        Due(Closed(0), Closed(0, DecodingMode.Sample)).ShouldBeEmpty();
        Due(Closed(0), Closed(0, DecodingMode.Sample), Closed(2)).ShouldBeEmpty();
        Due(Closed(0), Closed(0, DecodingMode.Sample), Closed(2), Closed(2, DecodingMode.Sample)).ShouldBe([2]);
        Due(Closed(2), Closed(2, DecodingMode.Sample), Closed(4, DecodingMode.Sample), Closed(4), Closed(0), Closed(0, DecodingMode.Sample)).ShouldBe([2, 4]);
    }

    [Fact]
    public void A_version_is_judged_once()
    {
        object[] measured = [Closed(0), Closed(0, DecodingMode.Sample), Closed(2), Closed(2, DecodingMode.Sample)];

        Due([.. measured, Suspected(2)]).ShouldBeEmpty();
        Due([.. measured, Anything]).ShouldBeEmpty("whoever went on has judged");
        Due([.. measured, Anything, Closed(4)]).ShouldBeEmpty();
        Due([.. measured, Anything, Closed(4), Closed(4, DecodingMode.Sample)]).ShouldBe([4]);
    }

    [Fact]
    public void A_pause_between_evaluation_and_judgement_forgets_nothing() => Due(
        Closed(0), Closed(0, DecodingMode.Sample), Closed(2), Closed(2, DecodingMode.Sample), new RunFailed(Guid.Empty, 2, "the disk is full"),
        new RunResumed(Guid.Empty, 2)).ShouldBe([2]);

    [Fact]
    public void Of_versions_that_are_due_together_the_later_ones_stay()
    {
        object[] late = [Closed(2), Closed(2, DecodingMode.Sample), Closed(4), Closed(4, DecodingMode.Sample), Closed(0), Closed(0, DecodingMode.Sample)];

        Due([.. late, Suspected(2)]).ShouldBe([4]);
        Due([.. late, Suspected(4)]).ShouldBeEmpty();
    }

    [Fact]
    public void Evaluations_from_before_there_were_metrics_are_not_judged() => Due(
        Closed(0), Closed(0, DecodingMode.Sample), Closed(2) with { Metrics = null }, Closed(2, DecodingMode.Sample)).ShouldBeEmpty();

    static IReadOnlyList<int> Due(params object[] events)
    {
        var judgements = new DueJudgements();
        foreach (var @event in events) judgements.Apply(@event);
        return judgements.Versions;
    }

    static Evaluated Closed(int version, DecodingMode mode = DecodingMode.Greedy) => new(
        Guid.Empty, version, "heldout", mode, new Dictionary<string, RewardSummary>(), 3, Metrics: new Dictionary<string, double>());

    static RewardHackingSuspected Suspected(int version) => new(Guid.Empty, version, new("blip", 0, 1, 1, 1), []);
}
