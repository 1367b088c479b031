using Pipeline.Contracts;
using Pipeline.Learning.UpdatePolicy;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Learning.Tests.UpdatePolicy;

/// <summary>The epochs and mini-batches of a step, on a policy that is one matrix.</summary>
public sealed class PpoUpdateTests : IDisposable
{
    const int Captions = 8, Length = 5, Width = 4, Vocabulary = 7;

    readonly DisposeScope scope = NewDisposeScope();
    readonly RandomEpisodes random = new(seed: 3, Captions, Length);
    readonly Tensor features, tokens;
    readonly Episodes episodes;

    public PpoUpdateTests()
    {
        features = random.Normal(Captions, Length, Width);
        tokens = random.Normal(Captions, Length, Vocabulary).argmax(-1);
        using var untrained = new MatrixPolicy(this);
        episodes = new(
            random.Mask, untrained.Evaluate(arange(Captions)).LogProbs.detach(), null, random.PerToken() * random.Mask,
            zeros(Captions, Length, dtype: ScalarType.Float64), random.PerToken());
    }

    public void Dispose() => scope.Dispose();

    [Theory, InlineData(2), InlineData(3), InlineData(8)]
    public void A_mini_batch_in_parts_has_the_gradient_of_the_whole(int parts)
    {
        using MatrixPolicy whole = new(this), split = new(this);
        var settings = new PpoSettings { Epochs = 3, MiniBatches = 1, ValueClipRange = 0.2 };
        var expected = whole.Update(settings);
        var actual = split.Update(settings with { GradientAccumulation = parts });
        split.Weights.ShouldMatch(whole.Weights, "weights", relative: 1e-9);
        foreach (var (a, b) in actual.Zip(expected))
        {
            a.GradNorm!.Value.ShouldMatch(b.GradNorm!.Value, "gradient norm", relative: 1e-9);
            a.Figures.ClipFraction.ShouldMatch(b.Figures.ClipFraction, "clipfrac", relative: 1e-9);
        }
    }

    [Fact]
    public void Before_any_update_the_ratio_is_1_and_afterwards_it_is_not()
    {
        using var policy = new MatrixPolicy(this);
        var figures = policy.Update(new() { Epochs = 2, MiniBatches = 2 });
        figures.Count.ShouldBe(4);
        figures[0].Figures.Ratio.ShouldMatch(1, "first ratio");
        figures[0].Figures.ApproxKl.ShouldMatch(0, "first approx_kl");
        figures[3].Figures.ApproxKl.ShouldBeGreaterThan(1e-6);
    }

    [Fact]
    public void Good_tokens_become_more_probable_and_bad_ones_less()
    {
        using var policy = new MatrixPolicy(this);
        policy.Update(new() { Epochs = 1, MiniBatches = 1 });
        var change = policy.Evaluate(arange(Captions)).LogProbs - episodes.ProximalLogProbs;
        (change * episodes.Advantages).sum().ToDouble().ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_step_ends_before_the_mini_batch_that_is_too_far_from_where_it_began()
    {
        using MatrixPolicy free = new(this), stopped = new(this);
        var settings = new PpoSettings { Epochs = 20, MiniBatches = 1, LearningRate = 0.1, RatioThreshold = 0 };
        var kls = free.Update(settings).Select(m => m.Figures.PolicyKl).ToList();
        var target = kls.Max() / 2;
        var figures = stopped.Update(settings with { TargetKl = target });
        figures.Count.ShouldBe(kls.FindIndex(kl => kl > 1.5 * target) + 1);
        figures[^1].GradNorm.ShouldBeNull();
        figures.SkipLast(1).ShouldAllBe(m => m.GradNorm != null);
    }

    [Fact]
    public void A_mini_batch_whose_ratio_ran_away_is_left_out()
    {
        using var policy = new MatrixPolicy(this);
        var before = policy.Weights.clone();
        var far = episodes with { ProximalLogProbs = episodes.ProximalLogProbs - 5 };
        var figures = policy.Update(new() { Epochs = 1, MiniBatches = 2, RatioThreshold = 10 }, far);
        figures.ShouldAllBe(m => m.GradNorm == null && m.Figures.Ratio > 10);
        policy.Weights.ShouldMatch(before, "weights", 0, 0);
        policy.Update(new() { Epochs = 1, MiniBatches = 2, RatioThreshold = 0 }, far).ShouldAllBe(m => m.GradNorm != null);
    }

    [Fact]
    public void The_entropy_bonus_flattens_the_policy()
    {
        using MatrixPolicy plain = new(this), curious = new(this);
        var settings = new PpoSettings { Epochs = 10, MiniBatches = 1 };
        plain.Update(settings);
        curious.Update(settings with { EntropyCoefficient = 10 });
        double Entropy(MatrixPolicy policy) => MaskedStatistics.Mean(policy.Evaluate(arange(Captions)).Entropy, random.Mask).ToDouble();
        Entropy(curious).ShouldBeGreaterThan(Entropy(plain));
    }

    [Fact]
    public void Every_caption_is_seen_once_per_epoch_in_an_order_of_the_seed_the_step_and_the_epoch()
    {
        var order = Shuffle.Order(40, seed: 1, step: 2, epoch: 3);
        order.Order().ShouldBe(Enumerable.Range(0, 40).Select(i => (long)i));
        Shuffle.Order(40, 1, 2, 3).ShouldBe(order);
        foreach (var other in new[] { Shuffle.Order(40, 2, 2, 3), Shuffle.Order(40, 1, 3, 3), Shuffle.Order(40, 1, 2, 4) })
            other.ShouldNotBe(order);
    }

    /// <summary>
    /// Three policies: one sampled, a newer one is the proximal one, the newest is trained. Weighted by p(proximal) / p(behaviour), clipped
    /// around the proximal, written out token by token and differentiated numerically.
    /// </summary>
    [Fact]
    public void With_stale_captions_the_gradient_is_that_of_the_decoupled_objective()
    {
        var settings = new PpoSettings { ClipRange = 0.2, ImportanceWeightCap = 2 };
        var behaviour = random.Distributions(Vocabulary);
        var proximal = (behaviour + 0.7 * random.Normal(Captions, Length, Vocabulary)).log_softmax(-1);
        var logits = (proximal + 0.3 * random.Normal(Captions, Length, Vocabulary)).detach().requires_grad_();
        Tensor Taken(Tensor distributions) => distributions.gather(-1, tokens.unsqueeze(-1)).squeeze(-1);

        var stale = new Episodes(
            random.Mask, Taken(proximal), Ppo.ImportanceWeights(Taken(proximal), Taken(behaviour), settings.ImportanceWeightCap),
            episodes.Advantages, null, null);
        var now = new PolicyOutput(Taken(logits.log_softmax(-1)), zeros_like(random.Mask), null);
        var (loss, figures) = Ppo.Loss(stale, now, random.Mask.sum().ToDouble(), settings);
        loss.backward();
        figures.ClipFraction.ShouldBeGreaterThan(0);
        stale.ImportanceWeights!.eq(0).any().ToBoolean().ShouldBeTrue("the cap leaves a token out");

        double[] mask = random.Mask.ToArray(), prox = Taken(proximal).ToArray(), behaved = Taken(behaviour).ToArray();
        var a = episodes.Advantages.ToArray();
        double Oracle(Tensor at)
        {
            var trained = Taken(at.log_softmax(-1)).ToArray();
            var sum = 0.0;
            for (var i = 0; i < mask.Length; i++)
            {
                var (weight, ratio) = (Math.Exp(prox[i] - behaved[i]), Math.Exp(trained[i] - prox[i]));
                if (mask[i] == 1 && weight <= settings.ImportanceWeightCap)
                    sum -= weight * Math.Min(ratio * a[i], Math.Clamp(ratio, 0.8, 1.2) * a[i]);
            }

            return sum / mask.Sum();
        }

        loss.ToDouble().ShouldMatch(Oracle(logits.detach()), "loss");
        var gradient = logits.grad!.flatten();
        for (var i = 0; i < gradient.numel(); i += 7)
        {
            var bump = zeros_like(gradient);
            bump[i] = 1e-5;
            bump = bump.view(logits.shape);
            var slope = (Oracle(logits.detach() + bump) - Oracle(logits.detach() - bump)) / 2e-5;
            gradient[i].ToDouble().ShouldMatch(slope, $"gradient[{i}]", 1e-5, 1e-9);
        }
    }

    /// <summary>Logits are features times a matrix; values are features times a vector.</summary>
    sealed class MatrixPolicy : IDisposable
    {
        readonly PpoUpdateTests test;
        readonly Parameter vector;
        FlatAdamW? optimiser;

        public MatrixPolicy(PpoUpdateTests test)
        {
            this.test = test;
            Weights = nn.Parameter(new RandomEpisodes(11, 1, 1).Normal(Width, Vocabulary));
            vector = nn.Parameter(zeros(Width, dtype: ScalarType.Float64));
        }

        public Parameter Weights { get; }

        public PolicyOutput Evaluate(Tensor rows)
        {
            var features = test.features[rows];
            var distribution = features.matmul(Weights).log_softmax(-1);
            return new(
                distribution.gather(-1, test.tokens[rows].unsqueeze(-1)).squeeze(-1), -(distribution.exp() * distribution).sum(-1),
                features.matmul(vector));
        }

        public IReadOnlyList<MiniBatchFigures> Update(PpoSettings settings, Episodes? episodes = null)
        {
            optimiser ??= new(
                [new([("weights", Weights)], settings.LearningRate * 1000), new([("vector", vector)], 1e-2)], 0, 0.9, 0.999, 1e-8);
            return Ppo.Update(episodes ?? test.episodes, settings, epoch => Shuffle.Order(Captions, 1, 0, epoch), Evaluate, optimiser, 1);
        }

        public void Dispose() => optimiser?.Dispose();
    }
}
