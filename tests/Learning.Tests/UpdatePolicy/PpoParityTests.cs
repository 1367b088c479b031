using System.Text.Json;
using Pipeline.Contracts;
using Pipeline.Learning.UpdatePolicy;
using Pipeline.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Learning.Tests.UpdatePolicy;

/// <summary>
/// Every case of the fixture "ppo" (TRL 0.7.11, trlX 0.7.0, OpenRLHF) in double precision. The fixture's README says how the three differ;
/// where they do, the test bends the inputs and not the implementation.
/// </summary>
[Trait("Category", "Parity")]
public sealed class PpoParityTests : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    public static TheoryData<string> Cases() => [.. Read("cases.json").EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];

    [Theory, MemberData(nameof(Cases))]
    public void Penalties_and_token_rewards_are_those_of_TRL(string name)
    {
        var (json, inputs) = Case(name);
        var penalties = new Dictionary<string, Func<Tensor>>
        {
            ["kl"] = () => KlPenalty.Estimate(KlEstimator.K1, inputs["logprobs_old"], inputs["logprobs_ref"]),
            ["abs"] = () => KlPenalty.Estimate(KlEstimator.K1, inputs["logprobs_old"], inputs["logprobs_ref"]).abs(),
            ["mse"] = () => KlPenalty.Estimate(KlEstimator.K2, inputs["logprobs_old"], inputs["logprobs_ref"]),
            ["full"] = () => KlPenalty.Full(inputs["logits_old"].log_softmax(-1), inputs["logits_ref"].log_softmax(-1)),
        };
        var coefficient = json.GetProperty("hyper").GetProperty("kl_coef").Number();
        foreach (var (penalty, estimate) in penalties)
        {
            if (!json.GetProperty("trl").TryGetProperty(penalty, out var expected))
                continue;
            var kl = estimate();
            kl.ShouldMatch(expected.GetProperty("kl").ToTensor(), $"{name}: {penalty}");
            (-coefficient * kl).ShouldMatch(expected.GetProperty("non_score_reward").ToTensor(), $"{name}: {penalty}, non_score_reward");
            Ppo.TokenRewards(inputs["scores"], kl, coefficient, inputs["mask"])
                .ShouldMatch(expected.GetProperty("rewards").ToTensor(), $"{name}: {penalty}, rewards");
            (kl * inputs["mask"]).sum(1).mean().ToDouble()
                .ShouldMatch(expected.GetProperty("mean_sequence_kl").Number(), $"{name}: {penalty}, mean_sequence_kl");
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Advantages_and_returns_are_those_of_TRL(string name)
    {
        var (json, inputs) = Case(name);
        var (expected, mask, settings) = (json.GetProperty("trl"), inputs["mask"], Settings(json));
        (inputs["values_old"] * mask).ShouldMatch(expected.GetProperty("values_masked").ToTensor(), $"{name}: values");
        var rewards = Rewards(json, inputs);
        Tensor advantages, returns;
        if (json.GetProperty("hyper").GetProperty("whiten_rewards").GetBoolean())
        {
            // TRL whitens rewards after masking them, which moves them off 0 on padding: not offered here, so its rewards go in directly.
            var whitened = MaskedStatistics.Whiten(rewards * mask, mask, shiftMean: false);
            whitened.ShouldMatch(expected.GetProperty("rewards_used").ToTensor(), $"{name}: whitened rewards");
            (advantages, returns) = GeneralizedAdvantage.Estimate(whitened, inputs["values_old"] * mask, settings.Gamma, settings.Lambda);
        }
        else
        {
            (rewards * mask).ShouldMatch(expected.GetProperty("rewards_used").ToTensor(), $"{name}: rewards");
            (advantages, var maybe) = Ppo.Advantages(
                rewards, inputs["values_old"], zeros(0), mask, settings with { WhitenAdvantages = false });
            returns = maybe.ShouldNotBeNull();
            Ppo.Advantages(rewards, inputs["values_old"], zeros(0), mask, settings).Advantages
                .ShouldMatch(expected.GetProperty("advantages_whitened").ToTensor(), $"{name}: whitened advantages", mask: mask);
        }

        advantages.ShouldMatch(expected.GetProperty("advantages_raw").ToTensor(), $"{name}: advantages");
        returns.ShouldMatch(expected.GetProperty("returns").ToTensor(), $"{name}: returns");
        MaskedStatistics.Whiten(advantages, mask)
            .ShouldMatch(expected.GetProperty("advantages_whitened").ToTensor(), $"{name}: whitened advantages", mask: mask);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Losses_statistics_and_gradients_are_those_of_TRL(string name)
    {
        var (json, inputs) = Case(name);
        var (settings, hyper) = (Settings(json), json.GetProperty("hyper"));
        var expected = json.GetProperty("trl").GetProperty("loss");
        var stats = expected.GetProperty("stats");
        var (mask, tokens) = (inputs["mask"], inputs["mask"].sum().ToDouble());
        var episodes = TrlEpisodes(json, inputs);

        var logits = inputs["logits_new"].requires_grad_();
        var distribution = logits.log_softmax(-1);
        var logprobs = distribution.gather(-1, inputs["tokens"].to_type(ScalarType.Int64).unsqueeze(-1)).squeeze(-1);
        var entropy = -(distribution.exp() * distribution).sum(-1);
        logprobs.ShouldMatch(json.GetProperty("logprobs_new").ToTensor(), $"{name}: logprobs");
        entropy.ShouldMatch(json.GetProperty("entropy_per_token").ToTensor(), $"{name}: entropy");

        var values = inputs["values_new"].requires_grad_();
        logprobs.retain_grad();
        var (total, figures) = Ppo.Loss(episodes, new(logprobs, entropy, values), tokens, settings);
        var skipped = Ppo.IsOutlier(figures, settings.RatioThreshold);
        skipped.ShouldBe(expected.GetProperty("batch_skipped_by_ratio_threshold").GetBoolean(), name);

        // TRL multiplies the losses of an outlier by 0; here the mini-batch is left out by Ppo.Update.
        var kept = skipped ? 0.0 : 1.0;
        (total * kept).backward();
        (figures.PolicyLoss * kept).ShouldMatch(expected.GetProperty("pg_loss").Number(), $"{name}: pg_loss");
        (figures.ValueLoss * kept * settings.ValueCoefficient)
            .ShouldMatch(expected.GetProperty("vf_loss_times_coef").Number(), $"{name}: vf_loss");
        (total.ToDouble() * kept).ShouldMatch(expected.GetProperty("total").Number(), $"{name}: total");
        logprobs.grad!.ShouldMatch(expected.GetProperty("grad_logprobs").ToTensor(), $"{name}: gradient of logprobs");
        values.grad!.ShouldMatch(expected.GetProperty("grad_values").ToTensor(), $"{name}: gradient of values");
        logits.grad!.ShouldMatch(expected.GetProperty("grad_logits_of_pg_loss").ToTensor(), $"{name}: gradient of logits");

        figures.Ratio.ShouldMatch(expected.GetProperty("average_ratio").Number(), $"{name}: average ratio");
        (logprobs - episodes.ProximalLogProbs).exp().ShouldMatch(expected.GetProperty("ratio").ToTensor(), $"{name}: ratio", mask: mask);
        var mine = new Dictionary<string, double>
        {
            ["loss/policy"] = figures.PolicyLoss * kept,
            ["loss/value"] = figures.ValueLoss * kept,
            ["loss/total"] = total.ToDouble() * kept,
            ["policy/entropy"] = figures.Entropy,
            ["policy/approxkl"] = figures.ApproxKl,
            ["policy/policykl"] = figures.PolicyKl,
            ["policy/clipfrac"] = figures.ClipFraction,
            ["policy/advantages_mean"] = MaskedStatistics.Mean(episodes.Advantages, mask).ToDouble(),
            ["returns/mean"] = MaskedStatistics.Mean(episodes.Returns!, mask).ToDouble(),
            ["returns/var"] = MaskedStatistics.Variance(episodes.Returns!, mask).ToDouble(),
            ["val/vpred"] = MaskedStatistics.Mean(values, mask).ToDouble(),
            ["val/error"] = MaskedStatistics.Mean((values - episodes.Returns!).square(), mask).ToDouble(),
            ["val/clipfrac"] = figures.ValueClipFraction,
            ["val/mean"] = MaskedStatistics.Mean(episodes.Values!, mask).ToDouble(),
            ["val/var"] = MaskedStatistics.Variance(episodes.Values!, mask).ToDouble(),
        };
        foreach (var stat in stats.EnumerateObject())
            mine[stat.Name].ShouldMatch(stat.Value.Number(), $"{name}: {stat.Name}");

        var stop = json.GetProperty("trl").GetProperty("early_stop");
        figures.PolicyKl.ShouldMatch(stop.GetProperty("policykl").Number(), $"{name}: policykl");
        Ppo.StopsEarly(figures, stop.GetProperty("target_kl").Number()).ShouldBe(stop.GetProperty("stop").GetBoolean(), name);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Advantages_and_losses_are_those_of_trlX(string name)
    {
        var (json, inputs) = Case(name);
        var (expected, settings, mask) = (json.GetProperty("trlx"), Settings(json), inputs["mask"]);
        var stats = expected.GetProperty("stats");

        var (raw, returns) = GeneralizedAdvantage.Estimate(
            Rewards(json, inputs) * mask, inputs["values_old"] * mask, settings.Gamma, settings.Lambda);
        // trlX whitens over padding too.
        var advantages = MaskedStatistics.Whiten(raw, ones_like(mask));
        raw.ShouldMatch(expected.GetProperty("advantages_raw").ToTensor(), $"{name}: advantages");
        returns.ShouldMatch(expected.GetProperty("returns").ToTensor(), $"{name}: returns");
        advantages.ShouldMatch(expected.GetProperty("advantages_whitened_unmasked").ToTensor(), $"{name}: whitened advantages");

        var tokens = mask.sum().ToDouble();
        var values = inputs["values_new"];
        var logprobs = json.GetProperty("logprobs_new").ToTensor();
        var episodes = new Episodes(mask, inputs["logprobs_old"], null, advantages, inputs["values_old"] * mask, returns);
        var (total, figures) = Ppo.Loss(episodes, new(logprobs, zeros_like(mask), values), tokens, settings);
        total.ToDouble().ShouldMatch(expected.GetProperty("loss").Number(), $"{name}: loss");
        figures.PolicyLoss.ShouldMatch(stats.GetProperty("losses/policy_loss").Number(), $"{name}: policy loss");
        figures.ValueLoss.ShouldMatch(stats.GetProperty("losses/value_loss").Number(), $"{name}: value loss");
        figures.ClipFraction.ShouldMatch(stats.GetProperty("policy/clipfrac").Number(), $"{name}: clipfrac");
        figures.ValueClipFraction.ShouldMatch(stats.GetProperty("values/clipfrac").Number(), $"{name}: value clipfrac");
        figures.Ratio.ShouldMatch(stats.GetProperty("ratio").Number(), $"{name}: ratio");
        // trlX's approx_kl is k3 of the update, averaged over padding too.
        KlPenalty.Estimate(KlEstimator.K3, inputs["logprobs_old"] * mask, logprobs * mask).mean().ToDouble()
            .ShouldMatch(stats.GetProperty("policy/approx_kl").Number(), $"{name}: approx_kl");
        MaskedStatistics.Mean(values, mask).ToDouble().ShouldMatch(stats.GetProperty("values/mean").Number(), $"{name}: values");
    }

    [Theory, MemberData(nameof(Cases))]
    public void Estimators_and_losses_are_those_of_OpenRLHF(string name)
    {
        var (json, inputs) = Case(name);
        var (expected, settings, mask) = (json.GetProperty("openrlhf"), Settings(json), inputs["mask"]);
        foreach (var (estimator, key) in new[] { (KlEstimator.K1, "k1"), (KlEstimator.K2, "k2"), (KlEstimator.K3, "k3") })
        {
            // Computed in single precision and clamped there.
            KlPenalty.Estimate(estimator, inputs["logprobs_old"].@float(), inputs["logprobs_ref"].@float()).clamp(-10, 10)
                .ShouldMatch(expected.GetProperty(key).ToTensor(), $"{name}: {key}", relative: 1e-6, absolute: 1e-6);
        }

        KlPenalty.Estimate(KlEstimator.K3, inputs["logprobs_old"], inputs["logprobs_ref"])
            .ShouldMatch(json.GetProperty("k3_unclamped_formula").ToTensor(), $"{name}: k3");

        // It clamps the log-ratio inside its loss, but not where it reports ppo_kl.
        var logRatio = json.GetProperty("logprobs_new").ToTensor() - inputs["logprobs_old"];
        var (_, figures) = Ppo.Loss(
            TrlEpisodes(json, inputs), new(inputs["logprobs_old"] + logRatio.clamp(-20, 20), zeros_like(mask), inputs["values_new"]),
            mask.sum().ToDouble(), settings);
        figures.PolicyLoss.ShouldMatch(expected.GetProperty("policy_loss").Number(), $"{name}: policy loss");
        figures.ClipFraction.ShouldMatch(expected.GetProperty("clip_ratio").Number(), $"{name}: clip ratio");
        (-MaskedStatistics.Mean(logRatio, mask)).ToDouble().ShouldMatch(expected.GetProperty("ppo_kl").Number(), $"{name}: ppo_kl");
        figures.ValueLoss.ShouldMatch(expected.GetProperty("value_loss").Number(), $"{name}: value loss");
    }

    [Fact]
    public void Masked_statistics_are_those_of_TRL()
    {
        foreach (var (json, i) in Read("helpers.json").EnumerateArray().Select((json, i) => (json, i)))
        {
            var (values, mask) = (json.GetProperty("values").ToTensor(), json.GetProperty("mask").ToTensor());
            var bessel = mask.sum().ToDouble() / Math.Max(1, mask.sum().ToDouble() - 1);
            MaskedStatistics.Mean(values, mask).ShouldMatch(json.GetProperty("masked_mean").ToTensor(), $"{i}: masked_mean");
            stack(values.unbind().Zip(mask.unbind(), MaskedStatistics.Mean))
                .ShouldMatch(json.GetProperty("masked_mean_axis1").ToTensor(), $"{i}: masked_mean_axis1");
            var variance = MaskedStatistics.Variance(values, mask);
            variance.ShouldMatch(json.GetProperty("masked_var").ToTensor(), $"{i}: masked_var");
            (variance / bessel).ShouldMatch(json.GetProperty("masked_var_biased").ToTensor(), $"{i}: masked_var_biased");
            foreach (var (prefix, over) in new[] { ("masked_whiten", mask), ("whiten", ones_like(mask)) })
            {
                MaskedStatistics.Whiten(values, over).ShouldMatch(json.GetProperty(prefix).ToTensor(), $"{i}: {prefix}", mask: mask);
                MaskedStatistics.Whiten(values, over, shiftMean: false)
                    .ShouldMatch(json.GetProperty($"{prefix}_keep_mean").ToTensor(), $"{i}: {prefix}_keep_mean", mask: mask);
            }
        }
    }

    [Fact]
    public void The_adaptive_controller_is_that_of_TRL_and_trlX()
    {
        foreach (var (json, i) in Read("kl_controller.json").EnumerateArray().Select((json, i) => (json, i)))
        {
            var coefficient = json.GetProperty("init_kl_coef").Number();
            var steps = json.GetProperty("kl").EnumerateArray().Zip(json.GetProperty("value_after").EnumerateArray());
            foreach (var ((kl, expected), step) in steps.Select((pair, step) => (pair, step)))
            {
                coefficient = KlController.Next(
                    coefficient, kl.Number(), json.GetProperty("n_steps").GetInt32(), json.GetProperty("target").Number(),
                    json.GetProperty("horizon").Number());
                coefficient.ShouldMatch(expected.Number(), $"{i}: after update {step}");
            }
        }
    }

    static JsonElement Read(string file) => JsonElement.Parse(File.ReadAllBytes(Path.Combine(Fixtures.Path("ppo"), file)));

    static (JsonElement Json, Dictionary<string, Tensor> Inputs) Case(string name)
    {
        var json = Read("cases.json").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        return (json, json.GetProperty("inputs").EnumerateObject().ToDictionary(input => input.Name, input => input.Value.ToTensor()));
    }

    static PpoSettings Settings(JsonElement json)
    {
        var hyper = json.GetProperty("hyper");
        return new()
        {
            Gamma = hyper.GetProperty("gamma").Number(),
            Lambda = hyper.GetProperty("lam").Number(),
            ClipRange = hyper.GetProperty("cliprange").Number(),
            ValueClipRange = hyper.GetProperty("cliprange_value").Number(),
            ValueCoefficient = hyper.GetProperty("vf_coef").Number(),
            RatioThreshold = hyper.GetProperty("ratio_threshold").Number(),
        };
    }

    static Tensor Rewards(JsonElement json, Dictionary<string, Tensor> inputs) => Ppo.TokenRewards(
        inputs["scores"], KlPenalty.Estimate(KlEstimator.K1, inputs["logprobs_old"], inputs["logprobs_ref"]),
        json.GetProperty("hyper").GetProperty("kl_coef").Number(), inputs["mask"]);

    /// <summary>The episodes that the fixture's losses were computed from: TRL's whitened advantages and returns.</summary>
    static Episodes TrlEpisodes(JsonElement json, Dictionary<string, Tensor> inputs)
    {
        var trl = json.GetProperty("trl");
        return new(
            inputs["mask"], inputs["logprobs_old"], ImportanceWeights: null, trl.GetProperty("advantages_whitened").ToTensor(),
            trl.GetProperty("values_masked").ToTensor(), trl.GetProperty("returns").ToTensor());
    }
}
