using Pipeline.Captioner;
using Pipeline.Captioner.Configuration;
using Pipeline.Models;
using Pipeline.Models.Safetensors;
using Pipeline.Testing;
using static TorchSharp.torch;

namespace Pipeline.Benchmarks;

/// <summary>The captioner of the embedded pack, with the lengths that its captions have.</summary>
public class PackSampling : SamplingBenchmark
{
    /// <inheritdoc/>
    protected override (CaptionNetwork Network, SpecialTokens Tokens) Load()
    {
        var files = new ModelFolder(Path.Combine(Repository.Root, "models", "tiny", "captioner"));
        var config = CaptionerConfig.Load(files);
        using var file = SafetensorsFile.Open(files);
        return (CaptionNetwork.Load(config, file, CPU), config.Tokens);
    }
}
