using Pipeline.Captioner;
using Pipeline.Captioner.Configuration;
using Pipeline.Captioner.Decoding;
using Pipeline.Contracts;
using Pipeline.Learning.UpdatePolicy;
using Pipeline.Models;
using Pipeline.Testing;
using static TorchSharp.torch;

namespace Pipeline.Learning.Tests.UpdatePolicy;

/// <summary>
/// A run in one process: the small captioner of the fixture "vit-gpt2" writes captions of pictures that are noise, and a made-up reward
/// likes low token ids.
/// </summary>
sealed class TinyRun : IDisposable
{
    /// <summary>Always the repository's own: how fast a reward rises is known of this one.</summary>
    public static readonly IModelFiles Reference = new ModelFolder(Fixtures.OfRepository("vit-gpt2"));

    readonly string folder = Directory.CreateTempSubdirectory("tiny-run-").FullName;

    public TinyRun(Func<RunSettings, RunSettings>? change = null)
    {
        var settings = new RunSettings
        {
            Captioner = new('a', 64),
            TrainPictures = new('b', 64),
            Rewards = new Dictionary<string, double> { ["low"] = 1, ["watched"] = 0 },
            Steps = 10,
            BatchSize = 8,
            MicroBatch = 8,
            MaxNewTokens = 10,
            Ppo = new()
            {
                LearningRate = 1e-3, ValueLearningRate = 1e-3, Epochs = 2, MiniBatches = 2, ScoreScale = 5, KlCoefficient = 0.05,
            },
        };
        Settings = change?.Invoke(settings) ?? settings;
        Trainer = PolicyTrainer.Load(Reference, Reference, Settings, Pixels);
    }

    public RunSettings Settings { get; }

    public PolicyTrainer Trainer { get; private set; }

    /// <summary>A picture that depends on its name only.</summary>
    public static float[] Pixels(string picture)
    {
        var encoder = CaptionerConfig.Encoder;
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)picture.Sum(c => c * 31));
        return randn([encoder.Channels * encoder.ImageSize * encoder.ImageSize], generator: generator).data<float>().ToArray();
    }

    public static CaptionerConfig CaptionerConfig { get; } = CaptionerConfig.Load(Reference);

    /// <summary>What a captioner's decoder reads of a picture, [1, S, width].</summary>
    public static Tensor Encode(CaptionModel model, string picture)
    {
        var encoder = model.Config.Encoder;
        return model.Encode(tensor(Pixels(picture)).view(1, encoder.Channels, encoder.ImageSize, encoder.ImageSize));
    }

    /// <summary>Captions of a step as Rollout and a reward would deliver them, sampled by a checkpoint.</summary>
    public IReadOnlyList<LearningCaption> Sample(int step, IModelFiles policy, int version)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var model = CaptionModel.Load(policy);
        var pictures = Enumerable.Range(0, Settings.BatchSize / Settings.SamplesPerPicture).Select(i => $"picture-{i}").ToList();
        var memory = cat([.. pictures.Select(picture => Encode(model, picture))]);
        var seeds = Enumerable.Range(0, Settings.BatchSize).Select(i => step * 1000L + i).ToList();
        var generated = new CaptionSampler(model.Decoder, model.Config.Tokens)
            .Sample(memory, seeds, new() { MaxNewTokens = Settings.MaxNewTokens, Temperature = Settings.Temperature });
        return [.. generated.Select((caption, i) => new LearningCaption(
            Ids.Caption(Guid.Empty, step, pictures[i / Settings.SamplesPerPicture], i % Settings.SamplesPerPicture),
            pictures[i / Settings.SamplesPerPicture], caption.TokenIds, caption.LogProbs,
            new Dictionary<string, double> { ["low"] = Low(caption.TokenIds), ["watched"] = caption.TokenIds.Length },
            Settings.Temperature, version,
            IsBaseline: Settings.Ppo.Advantage == AdvantageEstimator.Scst && i % Settings.SamplesPerPicture == 0))];
    }

    /// <summary>The share of tokens in the lower half of the vocabulary.</summary>
    public static double Low(IReadOnlyList<int> tokens) =>
        tokens.Average(id => id < CaptionerConfig.Decoder.VocabularySize / 2 ? 1.0 : 0.0);

    /// <summary>Learns steps on-policy, writing each version's checkpoint; from version 0 or from where the trainer stands.</summary>
    public IReadOnlyList<LearningResult> Learn(int steps)
    {
        List<LearningResult> results = [];
        for (var i = 0; i < steps; i++)
        {
            var version = Trainer.Version;
            results.Add(Trainer.Learn(version, Sample(version, At(version), version)));
            Save();
        }

        return results;
    }

    /// <summary>The checkpoint of a version.</summary>
    public IModelFiles At(int version) => version == 0 ? Reference : new ModelFolder(Path.Combine(folder, $"{version}"));

    /// <summary>Writes the trainer's checkpoint.</summary>
    public void Save()
    {
        foreach (var file in Trainer.Checkpoint(new Dictionary<string, string> { ["version"] = $"{Trainer.Version}" }))
        {
            var path = Path.Combine(folder, $"{Trainer.Version}", file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var stream = File.Create(path);
            file.Write(stream);
        }
    }

    /// <summary>Forgets everything that is not in the newest checkpoint, as a killed Learner does.</summary>
    public void Restart()
    {
        var version = Trainer.Version;
        Trainer.Dispose();
        Trainer = PolicyTrainer.Load(Reference, At(version), Settings, Pixels);
    }

    /// <summary>Every file of a version's checkpoint by its path.</summary>
    public IReadOnlyDictionary<string, byte[]> Bytes(int version)
    {
        var root = Path.Combine(folder, $"{version}");
        return Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(root, file), File.ReadAllBytes);
    }

    public void Dispose()
    {
        Trainer.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
