using System.Text.Json;
using Pipeline.Contracts;
using Pipeline.FullSize.Measuring;
using Pipeline.FullSize.Weights;
using Pipeline.Hosting;
using Pipeline.Learning.UpdatePolicy;
using Pipeline.Models.Pictures;
using Pipeline.Sampling;

namespace Pipeline.FullSize.VitGpt2;

/// <summary>What Rollout and Learner do in a step. The first arguments are the blob store's folder and version 0's checkpoint.</summary>
static class CaptionerSteps
{
    const string Reward = "any";

    /// <summary>
    /// The paper's retrieval runs: ten captions of at most 20 tokens, each of another picture, and four epochs over all ten.
    /// </summary>
    static readonly RunSettings Settings = Presets.Apply("paper-retrieval", new RunSettings
    {
        Captioner = new string('0', 64), TrainPictures = new string('0', 64), Rewards = new Dictionary<string, double> { [Reward] = 1 },
    });

    /// <summary>Writes a step's captions, or as many as the third argument says; gives the blob of them and their texts.</summary>
    public static async Task<IReadOnlyList<string>> CaptionAsync(Stage stage, string[] arguments)
    {
        var blobs = new FolderBlobStore(arguments[0]);
        var policy = new PolicyRef(0, arguments[1]);
        var requests = new List<CaptionRequest>();
        var count = arguments is [_, _, var fewer] ? int.Parse(fewer) : Settings.BatchSize;
        for (var number = 0; number < count; number++)
            requests.Add(new(Guid.NewGuid(), await blobs.PutAsync(Noise.Png(number, 224)), 0, number));

        using var policies = new PolicyCache(new CheckpointStore(blobs));
        using var writer = new CaptionWriter(policies, new PictureReader(blobs));
        stage.Loaded(await policies.GetAsync(policy, default));
        var decoding = new Contracts.Decoding(DecodingMode.Sample, Settings.MaxNewTokens, Settings.Temperature);
        var captions = stage.Done(await writer.WriteAsync(
            new SampleCaptions(Guid.Empty, 0, Guid.Empty, CaptionPurpose.Training, policy, decoding, [Reward], requests), default));
        return [await blobs.PutAsync(JsonSerializer.SerializeToUtf8Bytes(captions)), .. captions.Select(caption => caption.Text)];
    }

    /// <summary>Learns from the captions of the third argument; gives the checkpoint, its version, and the step's metrics.</summary>
    public static async Task<IReadOnlyList<string>> LearnAsync(Stage stage, string[] arguments)
    {
        var blobs = new FolderBlobStore(arguments[0]);
        var captions = JsonSerializer.Deserialize<CaptionSampled[]>(await blobs.ReadAsync(arguments[2]))!;
        using var trainer = stage.Loaded(await LoadAsync(blobs, arguments[1], arguments[1]));
        var learned = stage.Done(trainer.Learn(0, [.. captions.Select((caption, i) => new LearningCaption(
            caption.CaptionId, caption.PictureSha256, caption.TokenIds, caption.LogProbs,
            new Dictionary<string, double> { [Reward] = i % 2 }, Settings.Temperature, 0))]));
        var checkpoint = await new CheckpointStore(blobs).SaveAsync(
            trainer.Checkpoint(new Dictionary<string, string>()).Select(file => (file.Path, file.Write)));
        return [checkpoint, $"{learned.Version}", .. learned.Metrics.Select(metric => FormattableString.Invariant($"{metric.Value}"))];
    }

    /// <summary>Goes on from the checkpoint of the third argument; gives its version.</summary>
    public static async Task<IReadOnlyList<string>> ResumeAsync(Stage stage, string[] arguments)
    {
        using var trainer = stage.Loaded(await LoadAsync(new FolderBlobStore(arguments[0]), arguments[1], arguments[2]));
        return [$"{stage.Done(trainer.Version)}"];
    }

    static async Task<PolicyTrainer> LoadAsync(IBlobStore blobs, string reference, string current)
    {
        var checkpoints = new CheckpointStore(blobs);
        var files = await checkpoints.OpenAsync(reference);
        var preprocessor = PicturePreprocessor.Load(files);
        var pictures = new PictureReader(blobs);
        return PolicyTrainer.Load(files, await checkpoints.OpenAsync(current), Settings,
            picture => pictures.PixelsAsync(picture, preprocessor).GetAwaiter().GetResult());
    }
}
