using Pipeline.Contracts;
using Pipeline.Learning.UpdatePolicy;

namespace Pipeline.Learning.Tests.UpdatePolicy;

/// <summary>A trainer that is loaded again goes on as if it had never stopped: everything it needs is in the checkpoint.</summary>
public sealed class PolicyTrainerRestartTests
{
    [Theory]
    [InlineData(AdvantageEstimator.Gae, KlEstimator.K1, 0, -1)]
    [InlineData(AdvantageEstimator.Gae, KlEstimator.Full, 1, 1)]
    [InlineData(AdvantageEstimator.Rloo, KlEstimator.K3, 0, -1)]
    [InlineData(AdvantageEstimator.Grpo, KlEstimator.K2, 0, 1)]
    [InlineData(AdvantageEstimator.Scst, KlEstimator.K1, 0, -1)]
    public void A_restarted_run_goes_on_bit_for_bit(AdvantageEstimator advantage, KlEstimator kl, int accumulate, int unfrozenLayers)
    {
        RunSettings Settings(RunSettings s) => s with
        {
            SamplesPerPicture = 2,
            Ppo = s.Ppo with
            {
                Advantage = advantage, KlEstimator = kl, GradientAccumulation = 1 + accumulate, UnfrozenLayers = unfrozenLayers,
                AdaptiveKlTarget = 0.5, AdaptiveKlHorizon = 20, ScaleByRunningStd = true, ScoreClip = 3, WeightDecay = 0.01,
                Schedule = LearningRateSchedule.Cosine, WarmupSteps = 2,
            },
        };
        using TinyRun whole = new(Settings), broken = new(Settings);
        var expected = whole.Learn(4);
        var before = broken.Learn(2);
        broken.Restart();
        var results = before.Concat(broken.Learn(2)).ToList();

        foreach (var (result, wanted) in results.Zip(expected))
            result.Metrics.ShouldBe(wanted.Metrics);
        var (bytes, wantedBytes) = (broken.Bytes(4), whole.Bytes(4));
        bytes.Keys.ShouldBe(wantedBytes.Keys, ignoreOrder: true);
        foreach (var (path, content) in wantedBytes)
            bytes[path].AsSpan().SequenceEqual(content).ShouldBeTrue(path);
    }

    [Fact]
    public void The_adaptive_coefficient_goes_on_from_where_it_was_also_after_a_restart()
    {
        using var run = new TinyRun(s => s with { Ppo = s.Ppo with { AdaptiveKlTarget = 0.01, AdaptiveKlHorizon = 20 } });
        var results = run.Learn(2).ToList();
        run.Restart();
        results.AddRange(run.Learn(2));
        var coefficient = run.Settings.Ppo.KlCoefficient;
        foreach (var result in results)
        {
            result.Metrics["objective/kl_coef"].ShouldBe(coefficient);
            coefficient = KlController.Next(coefficient, result.Metrics["objective/kl"], run.Settings.BatchSize, target: 0.01, horizon: 20);
        }

        results[3].Metrics["objective/kl_coef"].ShouldBeGreaterThan(results[2].Metrics["objective/kl_coef"]);
    }

    [Fact]
    public void Scores_are_normalised_by_all_steps_so_far_also_after_a_restart()
    {
        using var run = new TinyRun(s => s with { Ppo = s.Ppo with { ScaleByRunningStd = true } });
        var first = run.Learn(2)[0];
        run.Restart();
        var last = run.Learn(1)[0];
        var scores = Enumerable.Range(0, 3).SelectMany(step => run.Sample(step, run.At(step), step)).Select(c => c.Scores["low"]).ToList();
        var moments = new RewardMoments(0, 0, 0, 0).Add(scores);
        last.Rewards["low"].Scale.ShouldBe(run.Settings.Ppo.ScoreScale / moments.StandardDeviation, 1e-9);
        last.Rewards["low"].Centre.ShouldBe(first.Rewards["low"].Centre);
    }
}
