using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using Pipeline.Captioner;
using Pipeline.Captioner.Configuration;
using Pipeline.Captioner.Decoding;
using Pipeline.Captioner.Weights;
using Pipeline.Contracts;
using Pipeline.Learning.UpdatePolicy;
using Pipeline.Models;
using Pipeline.Models.Safetensors;
using Pipeline.Testing;
using static TorchSharp.torch;

namespace Pipeline.Benchmarks;

/// <summary>
/// A learning step, pictures encoded before: reference and values, then one forward, backward and AdamW per mini-batch. For comparison, a
/// PPO-like update of 10 captions of 20 tokens (both forwards, backward, AdamW) in python3-torch 1.13 with OpenBLAS was measured on
/// 2 cores at 0.13 s for a 4 + 4-layer, 128-wide captioner and at 20 s for the full size.
/// </summary>
public abstract class UpdateBenchmark
{
    PolicyTrainer trainer = null!;
    LearningCaption[] captions = null!;

    /// <summary>The captioner's checkpoint.</summary>
    protected abstract IModelFiles Files { get; }

    /// <summary>Captions of the step.</summary>
    protected virtual int Captions => 10;

    /// <summary>Epochs and mini-batches; one update of all captions by default.</summary>
    protected virtual (int Epochs, int MiniBatches) Updates => (1, 1);

    /// <summary>Writes captions that a step can learn from.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var settings = new RunSettings
        {
            Captioner = new string('0', 64),
            TrainPictures = new string('0', 64),
            Rewards = new Dictionary<string, double> { ["random"] = 1 },
            Steps = int.MaxValue,
            BatchSize = Captions,
            Ppo = new PpoSettings { LearningRate = 1e-9, Epochs = Updates.Epochs, MiniBatches = Updates.MiniBatches },
        };
        var random = new Random(1);
        using (var model = CaptionModel.Load(Files))
        {
            var encoder = model.Config.Encoder;
            using var without = no_grad();
            using var memory = model.Encode(tensor(Pixels(encoder), [1, encoder.Channels, encoder.ImageSize, encoder.ImageSize]));
            var sampler = new CaptionSampler(model.Decoder, model.Config.Tokens with { End = -1 });
            var written = sampler.Sample(memory, [.. Enumerable.Range(0, Captions).Select(i => (long)i)], new SamplingOptions { MaxNewTokens = 20 });
            captions = [.. written.Select((caption, i) => new LearningCaption(
                Ids.Batch([Guid.Empty]), "picture", [.. caption.TokenIds.Select(id => id == model.Config.Tokens.End ? 0 : id)], caption.LogProbs,
                new Dictionary<string, double> { ["random"] = random.NextDouble() }, 1, 0))];
            trainer = PolicyTrainer.Load(Files, Files, settings, _ => Pixels(encoder));
        }
        trainer.Learn(0, captions);
    }

    /// <summary>Frees it.</summary>
    [GlobalCleanup]
    public virtual void Cleanup() => trainer.Dispose();

    /// <summary>One learning step.</summary>
    [Benchmark]
    public LearningResult Update() =>
        trainer.Learn(trainer.Version, [.. captions.Select(caption => caption with { PolicyVersion = trainer.Version })]);

    static float[] Pixels(VisionEncoderConfig encoder) => new float[encoder.Channels * encoder.ImageSize * encoder.ImageSize];
}

/// <summary>The embedded pack's captioner (4 + 3 layers, 128 wide), one update of 10 captions.</summary>
public class PackUpdate : UpdateBenchmark
{
    /// <inheritdoc/>
    protected override IModelFiles Files { get; } = new ModelFolder(Path.Combine(Repository.Root, "models", "tiny", "captioner"));
}

/// <summary>The demo's step: 40 captions, 2 epochs of 4 mini-batches.</summary>
public class DemoUpdate : PackUpdate
{
    /// <inheritdoc/>
    protected override int Captions => 40;

    /// <inheritdoc/>
    protected override (int Epochs, int MiniBatches) Updates => (2, 4);
}

/// <summary>ViT-B/16 and GPT-2 small with random weights, one update of 10 captions. Writes a checkpoint of 1 GB into the temporary folder.</summary>
public class FullSizeUpdate : UpdateBenchmark
{
    readonly string folder = Directory.CreateTempSubdirectory("full-size-captioner-").FullName;

    /// <inheritdoc/>
    protected override IModelFiles Files
    {
        get
        {
            if (!File.Exists(Path.Combine(folder, "model.safetensors"))) Write();
            return new ModelFolder(folder);
        }
    }

    /// <inheritdoc/>
    public override void Cleanup()
    {
        base.Cleanup();
        Directory.Delete(folder, recursive: true);
    }

    void Write()
    {
        var published = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Fixtures.OfRepository("scale-config"), "configs.json")))!;
        foreach (var file in (string[])["config.json", "preprocessor_config.json"])
            File.WriteAllText(Path.Combine(folder, file), published[$"nlpconnect/vit-gpt2-image-captioning/{file}"]!["values"]!.ToJsonString());
        foreach (var file in (string[])["vocab.json", "merges.txt"])
            File.Copy(Path.Combine(Fixtures.OfRepository("gpt2-tokenizer"), file), Path.Combine(folder, file));

        using var parameters = new RandomParameters(1, CPU);
        using var network = new CaptionNetwork(CaptionerConfig.Load(new ModelFolder(folder)), parameters);
        using var weights = File.Create(Path.Combine(folder, "model.safetensors"));
        SafetensorsWriter.Write(weights, [.. network.NamedParameters().Select(named => TorchWeights.ToSource(named.Name, named.Parameter))]);
    }
}
