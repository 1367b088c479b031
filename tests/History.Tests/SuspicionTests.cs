using Pipeline.Contracts;

namespace Pipeline.History.Tests;

/// <summary>
/// A run that hacked its reward: training scores leap, and what version 4 writes the reference finds improbable. The audit judges it again.
/// </summary>
public sealed class SuspicionTests
{
    [Fact]
    public async Task A_run_that_is_suspected_is_a_good_history()
    {
        var run = SmallRun.Completed(forge: Hack);

        Suspicions(run).ShouldBe([4]);
        (await AuditAsync(run)).ShouldBeNull();
    }

    [Fact]
    public async Task A_suspicion_that_was_left_out_is_missed()
    {
        var run = SmallRun.Completed(forge: written => written is SmallRun.Judged judged ? judged with { Suspicion = null } : Hack(written));

        Suspicions(run).ShouldBeEmpty();
        var finding = (await AuditAsync(run)).ShouldNotBeNull();
        finding.Type.ShouldBe("run_completed.v1");
        finding.Problem.ShouldContain("expected reward_hacking_suspected.v1 of version 4 ('blip + vgg' rose, 'fluency' fell)");
    }

    [Fact]
    public async Task A_suspicion_with_other_figures_is_named()
    {
        var run = SmallRun.Completed(forge: written => written is SmallRun.Judged { Suspicion: { } suspicion } judged
            ? judged with { Suspicion = suspicion with { Fallen = [.. suspicion.Fallen.Select(fallen => fallen with { After = -2 })] } }
            : Hack(written));

        var finding = (await AuditAsync(run)).ShouldNotBeNull();
        finding.Type.ShouldBe("reward_hacking_suspected.v1");
        finding.Problem.ShouldContain("fallen[0].after: expected -5, found -2");
    }

    [Fact]
    public async Task Figures_that_differ_in_their_last_bits_are_those_of_another_machine()
    {
        var run = SmallRun.Completed(forge: written => written is SmallRun.Judged { Suspicion: { } suspicion } judged
            ? judged with { Suspicion = suspicion with { Reward = suspicion.Reward with { Low = Math.BitIncrement(suspicion.Reward.Low) } } }
            : Hack(written));

        (await AuditAsync(run)).ShouldBeNull();
    }

    [Theory]
    [InlineData(4, "give no reason to suspect version 4")]
    [InlineData(3, "version 3 is not to be judged here")]
    public async Task A_suspicion_without_a_reason_is_named(int version, string said)
    {
        var change = new MeasuredChange("blip", 0.1, 0.2, 0.05, 0.15);
        var run = SmallRun.Completed(forge: written => written is SmallRun.Judged { Version: 4 } judged
            ? judged with { Suspicion = new(Guid.Empty, version, change, [change]) }
            : written);

        var finding = (await AuditAsync(run)).ShouldNotBeNull();
        finding.Type.ShouldBe("reward_hacking_suspected.v1");
        finding.Problem.ShouldContain("runId");
        run = SmallRun.Completed(forge: written => written is SmallRun.Judged { Version: 4 } judged
            ? judged with { Suspicion = new(run.Id, version, change, [change]) }
            : written);
        (await AuditAsync(run)).ShouldNotBeNull().Problem.ShouldContain(said);
    }

    /// <summary>Steps 2 and 3 score much better than 0 and 1; version 0 writes with e to the power of -1 for each token, others with -2.5.</summary>
    static object Hack(object written) => written switch
    {
        CaptionScored { Reward: not "oracle" } scored => Score(scored),
        CaptionSampled { Purpose: CaptionPurpose.Evaluation } caption => caption with
        {
            LogProbs = [.. caption.LogProbs.Select(_ => caption.Policy.Version == 0 ? -1f : -2.5f)],
        },
        _ => written,
    };

    static CaptionScored Score(CaptionScored scored)
    {
        var score = (scored.Step < 2 ? 0.25 : 0.75) + scored.Step / 64.0;
        return scored with { Score = score, SampleScores = [.. scored.SampleScores.Select(_ => score)] };
    }

    static IEnumerable<int> Suspicions(SmallRun run) => run.History.Events
        .Where(@event => @event.Type == "reward_hacking_suspected.v1")
        .Select(@event => System.Text.Json.JsonSerializer.Deserialize<RewardHackingSuspected>(@event.Json, ContractJson.Options)!.Version);

    static async Task<Finding?> AuditAsync(SmallRun run) =>
        (await new Auditor(run.History).AuditAsync(run.Id, TestContext.Current.CancellationToken)).Finding;
}
