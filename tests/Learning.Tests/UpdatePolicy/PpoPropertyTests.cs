using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Pipeline.Contracts;
using Pipeline.Learning.UpdatePolicy;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Learning.Tests.UpdatePolicy;

/// <summary>What holds for all captions. FsCheck chooses seeds and sizes; a failure names the smallest that it found.</summary>
[Properties(Arbitrary = [typeof(Sizes)], MaxTest = 50)]
public sealed class PpoPropertyTests : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public sealed record Batch(int Seed, int Captions, int Length);

    public static class Sizes
    {
        public static Arbitrary<Batch> Batches() => Arb.From(
            from seed in Gen.Choose(0, 1_000_000)
            from captions in Gen.Choose(1, 8)
            from length in Gen.Choose(1, 9)
            select new Batch(seed, captions, length),
            Smaller);

        static IEnumerable<Batch> Smaller(Batch batch)
        {
            if (batch.Captions > 1) yield return batch with { Captions = batch.Captions / 2 };
            if (batch.Length > 1) yield return batch with { Length = batch.Length / 2 };
        }
    }

    public void Dispose() => scope.Dispose();

    [Property]
    public void More_padding_changes_neither_mean_nor_variance_nor_whitened_values(Batch size)
    {
        var random = Random(size);
        var values = random.PerToken();
        var (padded, paddedMask) = (Pad(values, 3, random), Pad(random.Mask, 3));
        MaskedStatistics.Mean(padded, paddedMask).ShouldMatch(MaskedStatistics.Mean(values, random.Mask), "mean");
        MaskedStatistics.Variance(padded, paddedMask).ShouldMatch(MaskedStatistics.Variance(values, random.Mask), "variance");
        MaskedStatistics.Whiten(padded, paddedMask)[.., ..size.Length]
            .ShouldMatch(MaskedStatistics.Whiten(values, random.Mask), "whitened", mask: random.Mask);
    }

    [Property]
    public void More_padding_changes_neither_advantages_nor_loss(Batch size)
    {
        var random = Random(size);
        var (rewards, values, logprobs, now) = (random.PerToken(), random.PerToken(), random.LogProbs(), random.LogProbs());
        var settings = new PpoSettings { ValueClipRange = 0.2, EntropyCoefficient = 0.1 };

        (Tensor Total, LossFigures Figures) Loss(int columns)
        {
            Tensor Padded(Tensor x) => Pad(x, columns, random);
            var mask = Pad(random.Mask, columns);
            var (advantages, returns) = Ppo.Advantages(Padded(rewards), Padded(values), zeros(0), mask, settings);
            var episodes = new Episodes(mask, Padded(logprobs), null, advantages, Padded(values), returns);
            return Ppo.Loss(episodes, new(Padded(now), Padded(now), Padded(values + 0.3)), mask.sum().ToDouble(), settings);
        }

        var (bare, padded) = (Loss(0), Loss(3));
        padded.Total.ShouldMatch(bare.Total, "loss");
        padded.Figures.Ratio.ShouldMatch(bare.Figures.Ratio, "ratio");
        padded.Figures.PolicyKl.ShouldMatch(bare.Figures.PolicyKl, "policykl");
        padded.Figures.Entropy.ShouldMatch(bare.Figures.Entropy, "entropy");
    }

    [Property]
    public void The_score_lands_on_the_last_real_token(Batch size)
    {
        var random = Random(size);
        var scores = random.Normal(size.Captions);
        var rewards = Ppo.TokenRewards(scores, zeros_like(random.Mask), 0.2, random.Mask);
        (rewards * random.Mask).sum(1).ShouldMatch(scores, "all of the score is on real tokens");
        var last = random.Mask.sum(1, type: ScalarType.Int64) - 1;
        rewards.gather(1, last.unsqueeze(1)).squeeze(1).ShouldMatch(scores, "at the last of them");
    }

    [Property]
    public void With_lambda_1_an_advantage_is_the_discounted_rest_of_the_rewards_minus_the_value(Batch size)
    {
        var random = Random(size);
        var (rewards, values) = (random.PerToken() * random.Mask, random.PerToken() * random.Mask);
        const double gamma = 0.9;
        var (advantages, returns) = GeneralizedAdvantage.Estimate(rewards, values, gamma, lambda: 1);
        var rest = stack(Enumerable.Range(0, size.Length).Select(t =>
            Enumerable.Range(t, size.Length - t).Select(l => Math.Pow(gamma, l - t) * rewards.select(1, l)).Aggregate((a, b) => a + b)), 1);
        returns.ShouldMatch(rest, "returns", absolute: 1e-9);
        advantages.ShouldMatch(rest - values, "advantages", absolute: 1e-9);
    }

    [Property]
    public void With_lambda_0_an_advantage_is_the_one_step_error(Batch size)
    {
        var random = Random(size);
        var (rewards, values) = (random.PerToken() * random.Mask, random.PerToken() * random.Mask);
        var (advantages, _) = GeneralizedAdvantage.Estimate(rewards, values, gamma: 0.9, lambda: 0);
        advantages.ShouldMatch(rewards + 0.9 * Pad(values, 1)[.., 1..] - values, "advantages");
    }

    [Property]
    public void K2_k3_and_the_full_sum_are_never_negative_and_0_for_equal_policies(Batch size)
    {
        var random = Random(size);
        var (p, q) = (random.Distributions(7), random.Distributions(7));
        foreach (var estimator in new[] { KlEstimator.K2, KlEstimator.K3 })
        {
            KlPenalty.Estimate(estimator, p[.., .., 0], q[.., .., 0]).min().ToDouble().ShouldBeGreaterThanOrEqualTo(0);
            KlPenalty.Estimate(estimator, p[.., .., 0], p[.., .., 0]).abs().max().ToDouble().ShouldBe(0);
        }

        KlPenalty.Full(p, q).min().ToDouble().ShouldBeGreaterThanOrEqualTo(-1e-12);
        KlPenalty.Full(p, p).abs().max().ToDouble().ShouldBe(0);
    }

    [Property]
    public void Expected_over_the_policy_k1_and_k3_are_the_exact_kl(Batch size)
    {
        var random = Random(size);
        var (p, q) = (random.Distributions(7), random.Distributions(7));
        var exact = KlPenalty.Full(p, q);
        (p.exp() * KlPenalty.Estimate(KlEstimator.K1, p, q)).sum(-1).ShouldMatch(exact, "k1");
        (p.exp() * KlPenalty.Estimate(KlEstimator.K3, p, q)).sum(-1).ShouldMatch(exact, "k3", relative: 1e-9, absolute: 1e-9);
    }

    [Property]
    public void A_caption_that_is_as_good_as_the_greedy_one_has_no_self_critical_advantage_and_a_better_one_has_the_difference(Batch size)
    {
        var random = Random(size);
        var rewards = random.PerToken();
        var settings = new PpoSettings { Advantage = AdvantageEstimator.Scst, WhitenAdvantages = false };
        Tensor Of(Tensor baselines) => Ppo.Advantages(rewards, null, zeros(0), random.Mask, settings, baselines).Advantages;
        var returns = (rewards * random.Mask).sum(1);
        Of(returns).ShouldMatch(zeros_like(rewards), "equal", absolute: 1e-12);
        Of(returns - 2.5).ShouldMatch(2.5 * random.Mask, "better", absolute: 1e-12);
    }

    [Property]
    public void The_order_of_captions_changes_neither_advantages_nor_loss(Batch size)
    {
        var random = Random(size);
        var order = randperm(size.Captions);
        var groups = (arange(size.Captions) / 2).floor().to_type(ScalarType.Int64);
        var rewards = random.PerToken();
        foreach (var estimator in size.Captions % 2 == 0 ? Enum.GetValues<AdvantageEstimator>() : [AdvantageEstimator.Gae])
        {
            var settings = new PpoSettings { Advantage = estimator };
            var (values, baselines) = (random.PerToken(), random.PerToken().sum(1));
            Tensor At(Tensor x) => x.index_select(0, order);
            Ppo.Advantages(At(rewards), At(values), At(groups), At(random.Mask), settings, At(baselines)).Advantages.ShouldMatch(
                At(Ppo.Advantages(rewards, values, groups, random.Mask, settings, baselines).Advantages), $"{estimator}", absolute: 1e-9);
        }

        var episodes = random.Episodes();
        var output = random.Output(episodes);
        var tokens = random.Mask.sum().ToDouble();
        var shuffled = new PolicyOutput(output.LogProbs[order], output.Entropy[order], output.Values![order]);
        Ppo.Loss(episodes.Rows(order), shuffled, tokens, new()).Total.ShouldMatch(Ppo.Loss(episodes, output, tokens, new()).Total, "loss");
    }

    [Property]
    public void The_losses_and_figures_of_parts_add_up_to_those_of_the_whole(Batch size)
    {
        var random = Random(size);
        var settings = new PpoSettings { ValueClipRange = 0.2, EntropyCoefficient = 0.1 };
        var episodes = random.Episodes();
        var output = random.Output(episodes);
        var tokens = random.Mask.sum().ToDouble();
        var (whole, figures) = Ppo.Loss(episodes, output, tokens, settings);
        var sum = zeros(1, ScalarType.Float64);
        var added = default(LossFigures);
        for (var i = 0; i < size.Captions; i++)
        {
            var row = tensor([(long)i]);
            var (part, partFigures) = Ppo.Loss(
                episodes.Rows(row), new(output.LogProbs[row], output.Entropy[row], output.Values![row]), tokens, settings);
            sum += part;
            added += partFigures;
        }

        sum.squeeze().ShouldMatch(whole, "loss", relative: 1e-9);
        added.Ratio.ShouldMatch(figures.Ratio, "ratio");
        added.ValueClipFraction.ShouldMatch(figures.ValueClipFraction, "value clipfrac");
    }

    [Property]
    public void Leave_one_out_advantages_sum_to_0_and_ignore_what_is_common(Batch size)
    {
        var random = Random(size with { Captions = 6 });
        var (returns, groups) = (random.Normal(6), tensor([0L, 1, 0, 2, 1, 2]));
        var advantages = GroupAdvantage.LeaveOneOut(returns, groups);
        for (var group = 0; group < 3; group++)
            advantages[groups.eq(group)].sum().ToDouble().ShouldMatch(0, "sum", absolute: 1e-12);
        GroupAdvantage.LeaveOneOut(returns + 5, groups).ShouldMatch(advantages, "shifted", absolute: 1e-9);
        (returns[0] - returns[2]).ShouldMatch(advantages[0], "two captions: the difference");
    }

    [Property]
    public void Group_relative_advantages_do_not_depend_on_the_scale_of_returns(Batch size)
    {
        var random = Random(size with { Captions = 6 });
        var (returns, groups) = (random.Normal(6) * 100, tensor([0L, 1, 0, 1, 0, 1]));
        GroupAdvantage.GroupRelative(returns * 7 + 3, groups)
            .ShouldMatch(GroupAdvantage.GroupRelative(returns, groups), "scaled", relative: 1e-3, absolute: 1e-3);
        GroupAdvantage.GroupRelative(ones_like(returns), groups).abs().max().ToDouble().ShouldBe(0, "equal returns");
    }

    [Property]
    public void Captions_of_one_token_stay_finite(int seed)
    {
        var random = new RandomEpisodes(Math.Abs(seed % 1000), captions: 1, length: 1);
        var settings = new PpoSettings { WhitenAdvantages = true };
        var (advantages, returns) = Ppo.Advantages(random.PerToken(), random.PerToken(), zeros(0), random.Mask, settings);
        var episodes = new Episodes(random.Mask, random.LogProbs(), null, advantages, random.PerToken(), returns);
        var (total, figures) = Ppo.Loss(episodes, random.Output(episodes), tokens: 1, settings);
        double.IsFinite(total.ToDouble()).ShouldBeTrue();
        double.IsFinite(figures.Ratio).ShouldBeTrue();
    }

    [Property]
    public void The_adaptive_coefficient_rises_above_the_target_falls_below_and_stays_positive(PositiveInt kl)
    {
        var next = KlController.Next(0.2, kl.Get / 10.0, captions: 40, target: 3, horizon: 40);
        Math.Sign(next - 0.2).ShouldBe(Math.Sign(kl.Get / 10.0 - 3));
        next.ShouldBeInRange(0.16 - 1e-12, 0.24 + 1e-12);
        KlController.Next(0.2, kl.Get, captions: 40, target: 0, horizon: 40).ShouldBe(0.2);
    }

    static RandomEpisodes Random(Batch size) => new(size.Seed, size.Captions, size.Length);

    /// <summary>More columns: of garbage when there is somebody to make it, else of 0.</summary>
    static Tensor Pad(Tensor values, int columns, RandomEpisodes? garbage = null) => columns == 0 ? values : cat(
        [values, garbage is null ? zeros([values.size(0), columns], ScalarType.Float64) : garbage.Normal(values.size(0), columns)], 1);
}
