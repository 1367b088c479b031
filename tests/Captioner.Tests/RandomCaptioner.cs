using Pipeline.Captioner.Configuration;
using Pipeline.Captioner.Decoding;
using Pipeline.Captioner.Weights;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Tests;

/// <summary>A small captioner with random weights, scaled up so that its distributions are far from uniform.</summary>
sealed class RandomCaptioner : IDisposable
{
    public RandomCaptioner(int seed = 7, Func<CaptionerConfig, CaptionerConfig>? change = null)
    {
        var config = change is null ? Default : change(Default);
        using var parameters = new RandomParameters(seed, CPU);
        Network = new CaptionNetwork(config, parameters);
        using var withoutGradient = no_grad();
        foreach (var (name, parameter) in Network.NamedParameters())
            if (parameter.dim() > 1) parameter.mul_(name.Contains("wte", StringComparison.Ordinal) ? 12 : 6);
        Sampler = new CaptionSampler(Network.Decoder, config.Tokens);
    }

    public static CaptionerConfig Default { get; } = new(
        new VisionEncoderConfig(24, 2, 3, 48, Activation.Gelu, 16, 8, 3, 1e-12, HasQkvBias: true),
        new CaptionDecoderConfig(50, 24, 32, 3, 4, 64, Activation.GeluTanh, 1e-5, ScalesAttention: true, ScalesAttentionByLayer: false,
            TiesHead: true),
        new SpecialTokens(Start: 3, End: 5, Pad: 9));

    public CaptionNetwork Network { get; }

    public CaptionSampler Sampler { get; }

    public SpecialTokens Tokens => Network.Config.Tokens;

    /// <summary>Encoded random pictures.</summary>
    public Tensor Memory(int pictures, ulong seed = 1)
    {
        using var generator = new Generator(seed);
        var size = Network.Config.Encoder.ImageSize;
        using var pixels = randn([pictures, 3, size, size], generator: generator);
        return Network.Encode(pixels);
    }

    public void Dispose() => Network.Dispose();
}
