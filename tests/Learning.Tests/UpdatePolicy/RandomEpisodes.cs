using Pipeline.Learning.UpdatePolicy;
using static TorchSharp.torch;

namespace Pipeline.Learning.Tests.UpdatePolicy;

/// <summary>Random captions in numbers, double precision: right-padded masks of random lengths and everything else normal.</summary>
sealed class RandomEpisodes
{
    readonly Generator generator;

    public RandomEpisodes(int seed, int captions, int length)
    {
        generator = new((ulong)seed);
        (Captions, Length) = (captions, length);
        var lengths = randint(1, length + 1, [captions], ScalarType.Int64, generator: generator);
        Mask = arange(length).unsqueeze(0).lt(lengths.unsqueeze(1)).to_type(ScalarType.Float64);
    }

    public int Captions { get; }

    public int Length { get; }

    public Tensor Mask { get; }

    public Tensor Normal(params long[] shape) => randn(shape, ScalarType.Float64, generator: generator);

    public Tensor PerToken() => Normal(Captions, Length);

    /// <summary>ln p of tokens: negative.</summary>
    public Tensor LogProbs() => -PerToken().abs();

    /// <summary>Log-softmaxes over a vocabulary, [B, T, V].</summary>
    public Tensor Distributions(int vocabulary) => Normal(Captions, Length, vocabulary).log_softmax(-1);

    /// <summary>Episodes whose ratio will be clipped at some tokens and not at others.</summary>
    public Episodes Episodes() => new(Mask, LogProbs(), PerToken().exp(), PerToken(), PerToken(), PerToken());

    /// <summary>What a policy a bit away from the proximal one says.</summary>
    public PolicyOutput Output(Episodes episodes) =>
        new(episodes.ProximalLogProbs + 0.3 * PerToken(), PerToken().abs(), episodes.Values! + PerToken());
}
