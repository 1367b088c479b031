using Pipeline.Contracts;
using Pipeline.Learner.DriveRuns;

namespace Pipeline.Learner.Tests.DriveRuns;

public sealed class RunStateTests
{
    static readonly Guid Run = Guid.NewGuid();
    static readonly RunSettings Settings = new()
    {
        Captioner = "base",
        TrainPictures = "set",
        Rewards = new Dictionary<string, double> { ["blip"] = 1 },
    };

    static StepOpened Opened(int step, int version) => new(Run, step, new PolicyRef(version, $"v{version}"), []);

    static PolicyUpdated Updated(int version) => new(
        Run, version, new PolicyRef(version - 1, $"v{version - 1}"), $"v{version}", $"weights{version}", "", "", "", [],
        new Dictionary<string, RewardNormalisation>(), new Dictionary<string, double>(), new Dictionary<string, double>());

    [Fact]
    public void A_stream_without_events_is_a_run_that_nobody_knows() => RunState.From([]).Status.ShouldBe(RunStatus.Unknown);

    [Fact]
    public void A_learned_step_is_no_longer_open_and_its_policy_can_be_found()
    {
        var state = RunState.From([new RunStarted(Run, Settings), Opened(0, 0), Opened(1, 0), Updated(1)]);

        state.Version.ShouldBe(1);
        state.OpenSteps.Keys.ShouldBe([1]);
        state.Policy(0).Checkpoint.ShouldBe("base");
        state.Policy(1).Checkpoint.ShouldBe("v1");
        state.WeightsSha256.ShouldBe("weights1");
        state.StreamVersion.ShouldBe(4);
    }

    [Fact]
    public void The_next_update_links_to_the_last_one_and_the_first_to_the_start()
    {
        var started = new RunStarted(Run, Settings);
        RunState.From([started, Opened(0, 0)]).LastLink.ShouldBeSameAs(started);
        var updated = Updated(1);
        RunState.From([started, Opened(0, 0), updated, new RunStopped(Run, 1)]).LastLink.ShouldBeSameAs(updated);
    }

    [Fact]
    public void An_evaluation_is_open_until_it_is_closed_and_remembered_afterwards()
    {
        var opened = new EvaluationOpened(Run, new PolicyRef(0, "base"), "heldout", new Decoding(DecodingMode.Greedy), []);
        var evaluated = new Evaluated(Run, 0, "heldout", DecodingMode.Greedy, new Dictionary<string, RewardSummary>(), 3);

        var before = RunState.From([new RunStarted(Run, Settings), opened]);
        var after = RunState.From([new RunStarted(Run, Settings), opened, evaluated]);

        before.OpenEvaluations.ShouldBe([opened]);
        after.OpenEvaluations.ShouldBeEmpty();
        after.WasEvaluated(0, DecodingMode.Greedy).ShouldBeTrue();
        after.WasEvaluated(0, DecodingMode.Sample).ShouldBeFalse();
    }

    [Fact]
    public void A_version_whose_evaluations_are_closed_is_judged_by_what_each_step_learned_from()
    {
        Evaluated Closed(int version, DecodingMode mode) => new(
            Run, version, "heldout", mode, new Dictionary<string, RewardSummary>(), 3, Metrics: new Dictionary<string, double>(), ReferenceLogProbs: []);
        var learned = Updated(1) with { Metrics = new Dictionary<string, double> { ["reward/blip/mean"] = 0.25 } };
        object[] history =
        [
            new RunStarted(Run, Settings), Closed(0, DecodingMode.Greedy), Closed(0, DecodingMode.Sample), learned,
            Closed(1, DecodingMode.Sample), Closed(1, DecodingMode.Greedy),
        ];

        RunState.From(history[..^1]).Judgements.Versions.ShouldBeEmpty();
        var state = RunState.From(history);
        state.Judgements.Versions.ShouldBe([1]);
        state.Judgements.Evaluations(1).Select(evaluated => evaluated.Mode).ShouldBe([DecodingMode.Greedy, DecodingMode.Sample]);
        state.TrainedRewards.ShouldBe([0.25]);
    }

    [Fact]
    public void Stopping_failing_and_resuming_change_where_the_run_is_and_nothing_else()
    {
        object[] history = [new RunStarted(Run, Settings), Opened(0, 0), new RunStopped(Run, 0), new RunResumed(Run, 0), new RunFailed(Run, 0, "why")];
        RunStatus[] expected = [RunStatus.Running, RunStatus.Running, RunStatus.Stopped, RunStatus.Running, RunStatus.Failed];
        for (var n = 1; n <= history.Length; n++) RunState.From(history[..n]).Status.ShouldBe(expected[n - 1]);
        RunState.From(history).OpenSteps.Keys.ShouldBe([0]);
    }
}
