using BenchmarkDotNet.Attributes;
using Pipeline.Captioner;
using Pipeline.Captioner.Configuration;
using Pipeline.Captioner.Decoding;
using Pipeline.Captioner.Weights;
using static TorchSharp.torch;

namespace Pipeline.Benchmarks;

/// <summary>
/// Writing captions for 10 pictures, 20 tokens each. For comparison, transformers' <c>generate</c> with a cache was measured at 1.2-1.4
/// thousand tokens/s at the size of
/// <see cref="SmallSampling"/> and at 14 at that of <see cref="FullSizeSampling"/> (2 cores, python3-torch 1.13 with OpenBLAS), the encoder
/// included.
/// </summary>
public abstract class SamplingBenchmark
{
    const int Pictures = 10, Tokens = 20;

    static readonly long[] Seeds = [.. Enumerable.Range(1, Pictures).Select(i => 7919L * i)];

    CaptionNetwork network = null!;
    CaptionSampler sampler = null!;
    Tensor pixels = null!, memory = null!;

    /// <summary>The captioner and its special tokens.</summary>
    protected abstract (CaptionNetwork Network, SpecialTokens Tokens) Load();

    /// <summary>Loads the captioner.</summary>
    [GlobalSetup]
    public void Setup()
    {
        (network, var tokens) = Load();
        sampler = new CaptionSampler(network.Decoder, tokens);
        var (size, channels) = (network.Config.Encoder.ImageSize, network.Config.Encoder.Channels);
        using var generator = new Generator(1);
        pixels = randn([Pictures, channels, size, size], generator: generator);
        memory = Encode();
        TokensPerSecond.Report(this, Sample().Sum(caption => caption.TokenIds.Length));
    }

    /// <summary>Frees it.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        memory.Dispose();
        pixels.Dispose();
        network.Dispose();
    }

    /// <summary>The encoder alone.</summary>
    [Benchmark]
    public void EncodePictures() => Encode().Dispose();

    /// <summary>The decoder alone: what sampling again of known pictures costs.</summary>
    [Benchmark]
    public GeneratedCaption[] Sample() => sampler.Sample(memory, Seeds, new SamplingOptions { MaxNewTokens = Tokens });

    /// <summary>Both: to be compared with <c>generate</c>.</summary>
    [Benchmark(Baseline = true)]
    public GeneratedCaption[] SampleFromPixels()
    {
        using var encoded = Encode();
        return sampler.Sample(encoded, Seeds, new SamplingOptions { MaxNewTokens = Tokens });
    }

    /// <summary>Random weights and no end token, so that every caption has all its tokens.</summary>
    protected static (CaptionNetwork, SpecialTokens) Random(CaptionerConfig config)
    {
        using var parameters = new RandomParameters(1, CPU);
        return (new CaptionNetwork(config, parameters), config.Tokens with { End = -1 });
    }

    Tensor Encode()
    {
        using var withoutGradient = no_grad();
        return network.Encode(pixels);
    }
}

/// <summary>4 + 4 layers, 128 wide, 64-pixel pictures, a vocabulary of 300.</summary>
public class SmallSampling : SamplingBenchmark
{
    /// <inheritdoc/>
    protected override (CaptionNetwork Network, SpecialTokens Tokens) Load() => Random(new CaptionerConfig(
        new VisionEncoderConfig(128, 4, 4, 512, Activation.Gelu, 64, 8, 3, 1e-12, HasQkvBias: true),
        new CaptionDecoderConfig(300, 64, 128, 4, 4, 512, Activation.GeluTanh, 1e-5, ScalesAttention: true, ScalesAttentionByLayer: false,
            TiesHead: true),
        new SpecialTokens(299, 299, 299)));
}

/// <summary>ViT-B/16 at 224 pixels and GPT-2 small: 239 million parameters.</summary>
public class FullSizeSampling : SamplingBenchmark
{
    /// <inheritdoc/>
    protected override (CaptionNetwork Network, SpecialTokens Tokens) Load() => Random(new CaptionerConfig(
        new VisionEncoderConfig(768, 12, 12, 3072, Activation.Gelu, 224, 16, 3, 1e-12, HasQkvBias: true),
        new CaptionDecoderConfig(50257, 1024, 768, 12, 12, 3072, Activation.GeluTanh, 1e-5, ScalesAttention: true,
            ScalesAttentionByLayer: false, TiesHead: true),
        new SpecialTokens(50256, 50256, 50256)));
}
