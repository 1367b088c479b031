using System.Text;
using Microsoft.Extensions.Configuration;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Testing;

namespace Pipeline.Cli.Tests.PutAway;

/// <summary>A store with runs and their blobs, all of them put two days ago.</summary>
sealed class PutAwayStore : IAsyncDisposable
{
    readonly TestStack _stack = new();
    PipelineHost _host = null!;

    public Connection Connection { get; private set; } = null!;

    public static async Task<PutAwayStore> StartAsync()
    {
        var store = new PutAwayStore();
        await store._stack.InitializeAsync();
        store._host = await PipelineHost.StartAsync(
            store._stack, builder => builder.AddPipelineDefaults("tests"), new Dictionary<string, string?> { ["Pipeline:LogLevel"] = "Fatal" });
        store.Connection = Connection.Open(new ConfigurationBuilder().AddInMemoryCollection(store._stack.Settings).Build());
        return store;
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await _host.DisposeAsync();
        await _stack.DisposeAsync();
    }

    /// <summary>Stores a text as a blob.</summary>
    public Task<string> PutAsync(string content) => Connection.Blobs.PutAsync(Encoding.UTF8.GetBytes(content), Cancel);

    public Task<bool> HasAsync(string sha256) => Connection.Blobs.ExistsAsync(sha256, Cancel);

    /// <summary>Lets all blobs be two days old.</summary>
    public void Age()
    {
        foreach (var file in Directory.EnumerateFiles(_stack.Blobs, "*", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-2));
    }

    public void Damage(string sha256) => File.AppendAllText(Path.Combine(_stack.Blobs, sha256[..2], sha256), "x");

    public Task AppendAsync(string stream, params IEnumerable<object> events) => Connection.Events.AppendOnceAsync(
        [.. events.Select(data => new NewEvent(stream, Guid.NewGuid(), data))], new MessageMetadata(null, "test"), Cancel);

    public Task<string> CheckpointAsync(string name) => Connection.Checkpoints.SaveAsync(
    [
        ("config.json", stream => stream.Write("{}"u8)), ("model.safetensors", stream => stream.Write(Encoding.UTF8.GetBytes($"weights {name}"))),
        ("trainer/optimiser.safetensors", stream => stream.Write(Encoding.UTF8.GetBytes($"optimiser {name}"))),
    ], Cancel);

    public async Task<string> FileAsync(string checkpoint, string path) =>
        (await Connection.Checkpoints.ManifestAsync(checkpoint, Cancel)).Files.Single(file => file.Path == path).Sha256;

    /// <summary>A run of three versions, of which the second is the best; a drawing of its own and one called "shared" for each caption.</summary>
    public async Task<StoredRun> RunAsync(string name, bool isCompleted = true)
    {
        var picture = await PutAsync($"picture of {name}");
        var set = await Connection.PictureSets.SaveAsync(new PictureSet(name, [new Picture(picture, "a.png", 8, 8, [])]), Cancel);
        var run = new StoredRun(Guid.NewGuid(), await CheckpointAsync("pre-trained"), set, picture);
        var policy = new PolicyRef(0, run.Captioner);
        var settings = new RunSettings
        {
            Name = name, Captioner = run.Captioner, TrainPictures = set, Steps = 3, BatchSize = 1, Rewards = new Dictionary<string, double> { ["vgg"] = 1 },
            Drawing = new DrawingSettings { Rewards = ["vgg"], Samples = 2 },
        };
        await AppendAsync(Streams.Run(run.Id), new RunStarted(run.Id, settings));
        for (var step = 0; step < 3; step++)
        {
            var caption = new CaptionRequest(Ids.Caption(run.Id, step, picture, 0), picture, 0, 1);
            await AppendAsync(Streams.Run(run.Id), new StepOpened(run.Id, step, policy, [caption]));
            run.Drawings.Add(await PutAsync($"drawing {name} {step}"));
            await AppendAsync(
                Streams.Caption(caption.CaptionId),
                new CaptionSampled(
                    caption.CaptionId, run.Id, step, CaptionPurpose.Training, picture, 0, 1, policy, new Decoding(DecodingMode.Sample), "a text", [1], [-1f]),
                new ImagesRendered(
                    caption.CaptionId, run.Id, step, new string('d', 64), new DrawingRecipe(await PutAsync("{}"), "ddim", 8, 1, "", 8, 8),
                    [new RenderedImage(0, 1, run.Drawings[^1]), new RenderedImage(1, 2, await PutAsync("shared drawing"))]));
            run.Checkpoints.Add(await CheckpointAsync($"{name} {step + 1}"));
            await AppendAsync(Streams.Run(run.Id), new PolicyUpdated(
                run.Id, step + 1, policy, run.Checkpoints[^1], await FileAsync(run.Checkpoints[^1], "model.safetensors"),
                await FileAsync(run.Checkpoints[^1], "trainer/optimiser.safetensors"), new string('e', 64), new string('f', 64), [caption.CaptionId],
                new Dictionary<string, RewardNormalisation>(), new Dictionary<string, double> { ["reward/vgg/mean"] = 0.5 }, new Dictionary<string, double>()));
            policy = new PolicyRef(step + 1, run.Checkpoints[^1]);
            await AppendAsync(Streams.Run(run.Id), new Evaluated(
                run.Id, step + 1, "heldout", DecodingMode.Greedy,
                new Dictionary<string, RewardSummary> { ["vgg"] = new(1, step == 1 ? 0.9 : 0.5, 0, new Dictionary<string, double>()) }, 5));
        }
        if (isCompleted) await AppendAsync(Streams.Run(run.Id), new RunCompleted(run.Id, policy, await FileAsync(policy.Checkpoint, "model.safetensors")));
        Age();
        return run;
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}

/// <summary>A run in the store.</summary>
sealed record StoredRun(Guid Id, string Captioner, string Set, string Picture)
{
    public List<string> Checkpoints { get; } = [];

    public List<string> Drawings { get; } = [];
}
