using Pipeline.Captioner;
using Pipeline.Contracts;
using Pipeline.Learning.UpdatePolicy;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Learning.Tests.UpdatePolicy;

public sealed class PolicyTrainerTests
{
    [Fact]
    public void Captions_score_higher_after_some_steps()
    {
        using var run = new TinyRun(s => s with { BatchSize = 24, Ppo = s.Ppo with { LearningRate = 3e-3, KlCoefficient = 0.01 } });
        var scores = run.Learn(8).Select(result => result.Metrics["reward/low/mean"]).ToList();
        scores[^1].ShouldBeGreaterThan(scores[0] + 0.1);
    }

    [Fact]
    public void Before_the_first_update_the_ratio_is_1()
    {
        using var run = new TinyRun(s => s with { Ppo = s.Ppo with { Epochs = 1, MiniBatches = 1 } });
        var metrics = run.Learn(2)[1].Metrics;
        metrics["policy/ratio"].ShouldBe(1, 1e-5);
        metrics["policy/approx_kl"].ShouldBe(0, 1e-9);
    }

    [Fact]
    public void The_first_ratio_of_a_step_is_1_however_far_its_later_mini_batches_go()
    {
        using var run = new TinyRun();
        var metrics = run.Learn(2)[1].Metrics;
        metrics["policy/ratio_first"].ShouldBe(1, 1e-5);
        Math.Abs(metrics["policy/ratio"] - 1).ShouldBeGreaterThan(1e-5);
    }

    [Theory, InlineData(0.7), InlineData(1.6)]
    public void The_temperature_that_captions_were_sampled_at_is_the_one_that_they_are_scored_at(double temperature)
    {
        using var run = new TinyRun(s => s with { Temperature = temperature, Ppo = s.Ppo with { Epochs = 1, MiniBatches = 1 } });
        var metrics = run.Learn(1)[0].Metrics;
        metrics["policy/ratio"].ShouldBe(1, 1e-5);
        metrics["objective/kl"].ShouldBe(0, 1e-4, "version 0 is the reference");
    }

    [Fact]
    public void The_end_token_is_learned_from_although_padding_is_the_same_token()
    {
        var (end, pad) = (TinyRun.CaptionerConfig.Tokens.End, TinyRun.CaptionerConfig.Tokens.Pad);
        using TinyRun run = new(), changed = new();
        var captions = run.Sample(0, TinyRun.Reference, 0).ToList();
        int[] body = [.. Enumerable.Range(0, 6).Where(id => id != end && id != pad)];
        captions[0] = captions[0] with { TokenIds = body, LogProbs = [.. body.Select(_ => -5f)] };
        captions[1] = captions[1] with { TokenIds = [body[0], end], LogProbs = [-5f, -5f] };
        var kl = run.Trainer.Learn(0, captions).Metrics["objective/kl"];
        captions[1] = captions[1] with { LogProbs = [-5f, -4f] };
        changed.Trainer.Learn(0, captions).Metrics["objective/kl"].ShouldBe(kl + 1.0 / captions.Count, 1e-4);
    }

    [Fact]
    public void The_tokens_that_were_sampled_are_trained_and_not_what_their_text_is_tokenised_to()
    {
        using var scope = NewDisposeScope();
        using var model = CaptionModel.Load(TinyRun.Reference);
        var end = model.Config.Tokens.End;
        // Two tokens whose text the tokenizer would write as other tokens.
        bool Survives(int[] pair) => model.Tokenizer.Encode(model.Tokenizer.Decode(pair)).SequenceEqual(pair);
        int[] ids = Enumerable.Range(0, model.Config.Decoder.VocabularySize - 1)
            .Select(id => (int[])[id, id + 1]).First(pair => !pair.Contains(end) && !Survives(pair));

        using var run = new TinyRun(s => s with { BatchSize = 1, Ppo = s.Ppo with { MiniBatches = 1 } });
        var caption = run.Sample(0, TinyRun.Reference, 0)[0] with { TokenIds = ids, LogProbs = [-1f, -2f] };
        var memory = TinyRun.Encode(model, caption.PictureSha256);
        using var layout = TeacherForcing.Create([ids], model.Config.Tokens);
        var reference = layout.LogProbs(model.Decoder.Forward(layout.Inputs, memory).Logits).sum().ToDouble();
        run.Trainer.Learn(0, [caption]).Metrics["objective/kl"].ShouldBe(-3 - reference, 1e-4);
    }

    [Fact]
    public void Over_many_sampled_captions_k1_is_the_exact_kl_to_the_reference()
    {
        using var run = new TinyRun(s => s with { BatchSize = 128, Ppo = s.Ppo with { LearningRate = 5e-3, KlCoefficient = 0 } });
        run.Learn(2);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using CaptionModel reference = CaptionModel.Load(TinyRun.Reference), policy = CaptionModel.Load(run.At(2));
        List<double> differences = [];
        var exactKl = 0.0;
        foreach (var caption in run.Sample(2, run.At(2), 2).Concat(run.Sample(3, run.At(2), 2)))
        {
            using var inner = NewDisposeScope();
            var memory = TinyRun.Encode(policy, caption.PictureSha256);
            var layout = TeacherForcing.Create([caption.TokenIds], policy.Config.Tokens);
            Tensor p = policy.Decoder.Forward(layout.Inputs, memory).Logits, q = reference.Decoder.Forward(layout.Inputs, memory).Logits;
            var exact = KlPenalty.Full(p.log_softmax(-1), q.log_softmax(-1)).sum().ToDouble();
            var k1 = KlPenalty.Estimate(KlEstimator.K1, tensor(caption.LogProbs.ToArray()), layout.LogProbs(q)).sum().ToDouble();
            differences.Add(k1 - exact);
            exactKl += exact / 256;
        }

        // Given each prefix, k1 has the exact sum as its mean: the differences have mean 0, here within four standard errors.
        var standardError = Math.Sqrt(differences.Sum(d => d * d)) / differences.Count;
        exactKl.ShouldBeGreaterThan(8 * standardError, "the policies differ enough to tell");
        differences.Average().ShouldBe(0, 4 * standardError);
    }

    [Fact]
    public void Scoring_the_same_captions_twice_gives_the_same_log_probabilities()
    {
        using var run = new TinyRun();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var model = CaptionModel.Load(TinyRun.Reference);
        using var layout = TeacherForcing.Create([.. run.Sample(0, TinyRun.Reference, 0).Select(c => c.TokenIds)], model.Config.Tokens);
        var memory = TinyRun.Encode(model, "picture-0");
        layout.LogProbs(model.Decoder.Forward(layout.Inputs, memory).Logits).ToArray()
            .ShouldBe(layout.LogProbs(model.Decoder.Forward(layout.Inputs, memory).Logits).ToArray());
    }

    [Fact]
    public void The_order_of_captions_decides_nothing_but_rounding()
    {
        using TinyRun one = new(s => s with { Ppo = s.Ppo with { Epochs = 1, MiniBatches = 1 } }), two = new(_ => one.Settings);
        var captions = one.Sample(0, TinyRun.Reference, 0);
        var (a, b) = (one.Trainer.Learn(0, captions), two.Trainer.Learn(0, [.. captions.Reverse()]));
        foreach (var (name, figure) in a.Metrics)
            b.Metrics[name].ShouldMatch(figure, name, 1e-4, 1e-5);
    }

    [Fact]
    public void The_trained_score_can_be_computed_again_from_the_events()
    {
        using var run = new TinyRun(s => s with
        {
            Rewards = new Dictionary<string, double> { ["low"] = 2, ["watched"] = 0.5 },
            Ppo = s.Ppo with { ScaleByRunningStd = true, ScoreClip = 1 },
        });
        run.Learn(1);
        var captions = run.Sample(1, run.At(1), 1);
        var result = run.Trainer.Learn(1, captions);
        captions.Average(caption => ScoreNormaliser.Score(caption.Scores, result.Rewards, clip: 1))
            .ShouldBe(result.Metrics["objective/scores"], 1e-5);
        captions.Average(caption => result.Rewards.Sum(reward =>
                reward.Value.Weight * Math.Clamp((caption.Scores[reward.Key] - reward.Value.Centre) * reward.Value.Scale, -1, 1)))
            .ShouldBe(result.Metrics["objective/scores"], 1e-5);
    }

    [Fact]
    public void A_reward_of_weight_0_is_reported_and_changes_nothing()
    {
        using TinyRun with = new(), without = new();
        var captions = with.Sample(0, TinyRun.Reference, 0);
        var result = with.Trainer.Learn(0, captions);
        LearningCaption Acclaimed(LearningCaption caption) =>
            caption with { Scores = new Dictionary<string, double>(caption.Scores) { ["watched"] = 1e6 } };
        without.Trainer.Learn(0, [.. captions.Select(Acclaimed)]);
        result.Metrics["reward/watched/mean"].ShouldBe(captions.Average(c => c.TokenIds.Count), 1e-9);
        result.Rewards.Keys.ShouldBe(["low"]);
        with.Save();
        without.Save();
        without.Bytes(1)["model.safetensors"].AsSpan().SequenceEqual(with.Bytes(1)["model.safetensors"]).ShouldBeTrue();
    }

    [Fact]
    public void Frozen_layers_stay_as_they_are_in_the_reference()
    {
        using var run = new TinyRun(s => s with { Ppo = s.Ppo with { UnfrozenLayers = 1 } });
        run.Learn(1);
        using var scope = NewDisposeScope();
        using CaptionModel before = CaptionModel.Load(TinyRun.Reference), after = CaptionModel.Load(run.At(1));
        var last = $"decoder.transformer.h.{before.Config.Decoder.Layers - 1}.";
        foreach (var ((name, old), (_, now)) in before.Network.NamedParameters().Zip(after.Network.NamedParameters()))
        {
            var learns = name.StartsWith(last, StringComparison.Ordinal) || name.Contains("ln_f", StringComparison.Ordinal);
            (old - now).abs().sum().ToDouble().ShouldBeInRange(learns ? double.Epsilon : 0, learns ? double.MaxValue : 0, name);
        }
    }

    [Fact]
    public void With_stale_captions_the_ratio_is_1_to_the_newest_policy_and_not_to_the_one_that_sampled()
    {
        using var run = new TinyRun(
            s => s with { MaxStaleness = 2, Ppo = s.Ppo with { Epochs = 1, MiniBatches = 1, LearningRate = 1e-2 } });
        run.Learn(2);
        var stale = run.Sample(2, TinyRun.Reference, 0);
        var metrics = run.Trainer.Learn(2, stale).Metrics;
        metrics["staleness"].ShouldBe(2);
        metrics["policy/ratio"].ShouldBe(1, 1e-5);

        // Said to be of version 2, the same captions would be clipped around version 0: far from 1.
        using var mistaken = new TinyRun(_ => run.Settings);
        mistaken.Learn(2);
        mistaken.Trainer.Learn(2, [.. stale.Select(c => c with { PolicyVersion = 2 })]).Metrics["policy/ratio"]
            .ShouldNotBeInRange(0.99, 1.01);
    }

    [Fact]
    public void A_caption_of_one_token_and_a_step_of_one_caption_stay_finite()
    {
        using var run = new TinyRun(
            s => s with { BatchSize = 1, MaxNewTokens = 1, Ppo = s.Ppo with { MiniBatches = 1, ScaleByRunningStd = true } });
        foreach (var result in run.Learn(3))
            result.Metrics.ShouldAllBe(metric => double.IsFinite(metric.Value));
    }

    [Fact]
    public void All_figures_have_the_names_of_the_field()
    {
        using var run = new TinyRun();
        var result = run.Learn(1)[0];
        string[] names =
        [
            "objective/kl", "objective/kl_coef", "objective/entropy", "objective/scores", "objective/non_score_reward", "reward/low/mean",
            "reward/low/std", "reward/watched/mean", "reward/watched/std", "policy/approx_kl", "policy/clipfrac", "policy/entropy",
            "policy/loss", "policy/ratio", "policy/ratio_first", "policy/grad_norm", "value/loss", "value/clipfrac", "value/explained_variance",
            "caption/length_mean", "caption/eos_rate", "staleness", "learning_rate",
        ];
        foreach (var name in names)
            result.Metrics.Keys.ShouldContain(name);
        result.Metrics.ShouldAllBe(metric => double.IsFinite(metric.Value));
        result.Timings.Keys.ShouldBe(["time/reference", "time/update"], ignoreOrder: true);
        result.Version.ShouldBe(1);
    }

    [Fact]
    public void A_hundred_steps_leave_no_tensor_behind()
    {
        using var run = new TinyRun(s => s with { Steps = 200 });
        var captions = run.Sample(0, TinyRun.Reference, 0);
        var step = 0;
        void Learn(int steps)
        {
            for (var i = 0; i < steps; i++, step++)
                run.Trainer.Learn(step, [.. captions.Select(c => c with { PolicyVersion = step })]);
        }

        Learn(3);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Learn(100);
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    [Fact]
    public void What_cannot_be_learned_from_is_named_and_changes_nothing()
    {
        using var run = new TinyRun();
        var captions = run.Sample(0, TinyRun.Reference, 0);
        var end = TinyRun.CaptionerConfig.Tokens.End;
        var other = end == 0 ? 1 : 0;
        void Fails(string message, Func<LearningCaption, LearningCaption> spoil, int step = 0) => Should.Throw<InvalidOperationException>(
            () => run.Trainer.Learn(step, [spoil(captions[0]), .. captions.Skip(1)])).Message.ShouldContain(message);

        Fails("step 1 cannot be learned now", c => c, step: 1);
        Fails("has no score of reward low", c => c with { Scores = new Dictionary<string, double>() });
        Fails("reward low is NaN", c => c with { Scores = new Dictionary<string, double> { ["low"] = double.NaN } });
        Fails("has no tokens", c => c with { TokenIds = [], LogProbs = [] });
        Fails("but 1 log-probabilities", c => c with { TokenIds = [other, end], LogProbs = [-1f] });
        Fails("has the token -1", c => c with { TokenIds = [-1, end], LogProbs = [-1f, -1f] });
        Fails("goes on after its end token", c => c with { TokenIds = [end, other], LogProbs = [-1f, -1f] });
        Fails("log-probability that is above 0", c => c with { TokenIds = [other, end], LogProbs = [-1f, 0.5f] });
        Fails("temperature 0", c => c with { Temperature = 0 });
        Fails("is centred on captions of version 0", c => c with { PolicyVersion = 1 });
        Fails(captions[0].CaptionId.ToString(), c => c with { TokenIds = [], LogProbs = [] });

        using var untouched = new TinyRun();
        run.Trainer.Learn(0, captions).Metrics.ShouldBe(untouched.Trainer.Learn(0, captions).Metrics);
    }

    [Fact]
    public void Self_critical_learning_compares_with_the_greedy_caption_and_learns_nothing_from_it()
    {
        using var run = new TinyRun(s => s with
        {
            SamplesPerPicture = 2, Ppo = s.Ppo with { Advantage = AdvantageEstimator.Scst, KlCoefficient = 0, WhitenAdvantages = false },
        });
        var captions = run.Sample(0, TinyRun.Reference, 0);
        LearningCaption[] equal = [.. captions.Select(caption => caption with { Scores = new Dictionary<string, double> { ["low"] = 0.5 } })];
        LearningCaption[] better = [.. equal.Select(caption => caption.IsBaseline ? caption with { Scores = new Dictionary<string, double> { ["low"] = 0.1 } } : caption)];

        Should.Throw<InvalidOperationException>(() => run.Trainer.Learn(0, captions.Where(caption => !caption.IsBaseline).ToList()))
            .Message.ShouldContain("has no greedy caption");
        run.Trainer.Learn(0, equal).Metrics["policy/grad_norm"].ShouldBe(0);
        var learned = run.Trainer.Learn(1, [.. better.Select(caption => caption with { PolicyVersion = 1 })]);
        learned.Metrics["policy/grad_norm"].ShouldBeGreaterThan(0);
        learned.Metrics["reward/low/mean"].ShouldBe(0.5, "the greedy captions' 0.1 counts as little as they do");
    }

    [Fact]
    public void Settings_that_the_captioner_cannot_fulfil_are_named()
    {
        var error = Should.Throw<SettingsException>(
            () => new TinyRun(s => s with { MaxNewTokens = 100_000, Ppo = s.Ppo with { UnfrozenLayers = 99 } }));
        error.Problems.Select(problem => problem.Split(':')[0]).ShouldBe(["maxNewTokens", "ppo.unfrozenLayers"]);
    }
}
