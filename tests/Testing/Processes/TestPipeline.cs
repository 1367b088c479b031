using JasperFx.Events;
using MassTransit;
using Npgsql;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Models.Pictures;

namespace Pipeline.Testing;

/// <summary>The whole pipeline on a fresh store: Rollout, Diffusion (on request), Similarity and Learner as processes, the embedded pack, real servers.</summary>
public sealed class TestPipeline : IAsyncDisposable
{
    readonly TestStack stack = new();
    readonly List<ServiceProcess> drawers = [];
    readonly TestS3? bucket;
    PipelineHost client = null!;

    public ServiceProcess Rollout { get; private set; } = null!;
    public ServiceProcess Similarity { get; private set; } = null!;
    public ServiceProcess Learner { get; private set; } = null!;
    public IReadOnlyList<ServiceProcess> Diffusion => drawers;
    public TestBroker Broker => stack.Broker;
    public EventAppender Events => client.Get<EventAppender>();
    public CheckpointStore Checkpoints => client.Get<CheckpointStore>();

    TestPipeline(TestS3? bucket) => this.bucket = bucket;

    /// <summary>Starts it.</summary>
    /// <param name="drawers">How many Diffusion workers.</param>
    /// <param name="bucket">Keeps the blobs, each service with a cache of its own as on a machine of its own; without it a folder does.</param>
    public static async Task<TestPipeline> StartAsync(int drawers = 0, TestS3? bucket = null)
    {
        var pipeline = new TestPipeline(bucket);
        await pipeline.stack.InitializeAsync();
        pipeline.client = await PipelineHost.StartAsync(pipeline.stack, builder => builder.AddPipelineDefaults("tests"),
            new Dictionary<string, string?>(pipeline.BlobSettings()) { ["Pipeline:LogLevel"] = "Fatal" });
        pipeline.Rollout = pipeline.Service("Rollout");
        pipeline.Similarity = pipeline.Service("Similarity");
        pipeline.Learner = pipeline.Service("Learner");
        for (var i = 0; i < drawers; i++) pipeline.drawers.Add(pipeline.Service("Diffusion"));
        return pipeline;
    }

    /// <summary>A short run on the embedded pack with the retrieval reward; the oracle is recorded.</summary>
    public async Task<RunSettings> SettingsAsync(int steps = 4) => Presets.Tiny(new RunSettings
    {
        Captioner = await Checkpoints.ImportAsync(Path.Combine(Tiny, "captioner")),
        TrainPictures = await PicturesAsync("train", 8),
        HeldOutPictures = await PicturesAsync("heldout", 5),
        Rewards = new Dictionary<string, double> { ["blip"] = 1, ["oracle"] = 0 },
    }) with { Steps = steps, BatchSize = 8, MicroBatch = 4, EvaluateEvery = 2 };

    /// <summary>A short run on both rewards: captions are drawn one by one, so that workers can share them and be killed between them.</summary>
    public async Task<RunSettings> DrawnSettingsAsync() => await SettingsAsync(steps: 3) with
    {
        HeldOutPictures = null, Rewards = new Dictionary<string, double> { ["vgg"] = 1, ["blip"] = 0.5, ["oracle"] = 0 },
        Drawing = new DrawingSettings { Rewards = ["vgg"], Samples = 3 },
    };

    public async Task<Guid> StartRunAsync(RunSettings settings)
    {
        var runId = Ids.Run(System.Text.Encoding.UTF8.GetString(CanonicalJson.Serialize(settings)), 0);
        await SendAsync(new StartRun(runId, settings));
        return runId;
    }

    /// <summary>Sends a command as soon as somebody listens: one that no queue takes is an error of its sender.</summary>
    public Task SendAsync<T>(T command)
        where T : class =>
        Eventually.HoldsAsync($"somebody takes {typeof(T).Name}", async () =>
        {
            try
            {
                await client.Get<IBus>().Publish(command);
                return true;
            }
            catch (MessageReturnedException)
            {
                return false;
            }
        });

    /// <summary>Waits until the run's stream holds an event that fits; fails at once when the run does.</summary>
    public async Task<T> WaitForAsync<T>(Guid runId, Func<T, bool>? fits = null)
        where T : class
    {
        try
        {
            return await Eventually.GetAsync($"{typeof(T).Name} in the stream of run {runId}", async () =>
            {
                var history = await HistoryAsync(runId);
                if (typeof(T) != typeof(RunFailed) && history.OfType<RunFailed>().LastOrDefault() is { } failed)
                    throw new InvalidOperationException($"The run failed: {failed.Reason}");
                return history.OfType<T>().FirstOrDefault(@event => fits?.Invoke(@event) ?? true);
            });
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(
                $"{exception.Message}\n--- Learner ---\n{Learner.Output}\n--- Rollout ---\n{Rollout.Output}\n--- Similarity ---\n{Similarity.Output}"
                + string.Concat(drawers.Select(drawer => $"\n--- Diffusion ---\n{drawer.Output}")), exception);
        }
    }

    public async Task<IReadOnlyList<object>> HistoryAsync(Guid runId) =>
        [.. (await Events.LoadStreamAsync(Streams.Run(runId))).Select(@event => @event.Data)];

    public async Task<IReadOnlyList<T>> OfCaptionsAsync<T>(IEnumerable<Guid> captionIds)
        where T : class =>
        await Events.LoadAsync<T>(captionIds.Select(Streams.Caption));

    public Task<IReadOnlyList<IEvent>> TimelineAsync(Guid captionId) => Events.LoadStreamAsync(Streams.Caption(captionId));

    public async ValueTask DisposeAsync()
    {
        foreach (var drawer in drawers) await drawer.DisposeAsync();
        await Rollout.DisposeAsync();
        await Similarity.DisposeAsync();
        await Learner.DisposeAsync();
        await client.DisposeAsync();
        await stack.DisposeAsync();
    }

    Dictionary<string, string?> BlobSettings() => bucket?.Settings("run") ?? [];

    /// <summary>What a service or the command line needs to find this pipeline.</summary>
    public Dictionary<string, string> Environment
    {
        get
        {
            var shared = stack.Settings;
            foreach (var (key, value) in BlobSettings()) shared[key] = value;
            var settings = shared.ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value!);
            settings["Pipeline__TorchThreads"] = "1";
            return settings;
        }
    }

    /// <summary>Writes into the tables behind everybody's back.</summary>
    public async Task<int> ExecuteAsync(string sql)
    {
        await using var database = NpgsqlDataSource.Create(stack.Postgres);
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>How many events the store holds, of those that fit a condition.</summary>
    public async Task<long> EventCountAsync(string condition = "true")
    {
        await using var database = NpgsqlDataSource.Create(stack.Postgres);
        await using var command = database.CreateCommand($"select count(*) from mt_events where {condition}");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>
    /// The history of a run to the byte: every event of it and of its captions, and whatever else belongs neither to a replay, to a branch nor
    /// to the drawings that all share.
    /// </summary>
    public async Task<string> OthersThanReplaysAsync(Guid runId)
    {
        await using var database = NpgsqlDataSource.Create(stack.Postgres);
        await using var command = database.CreateCommand(
            $"""
            select string_agg(concat_ws(' ', seq_id, id, stream_id, version, type, data, headers, timestamp), chr(10) order by seq_id)
            from mt_events
            where stream_id not like 'replay-%' and stream_id not like 'drawing-%' and (stream_id not like 'run-%' or stream_id = '{Streams.Run(runId)}')
            """);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    static string Tiny => Path.Combine(Repository.Root, "models", "tiny");

    async Task<string> PicturesAsync(string split, int count)
    {
        var decoder = new PictureDecoder();
        var pictures = new List<Picture>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Tiny, "pictures", split), "*.png").Order(StringComparer.Ordinal).Take(count))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            var picture = decoder.Decode(bytes, file);
            pictures.Add(new Picture(await client.Get<IBlobStore>().PutAsync(bytes), Path.GetFileName(file), picture.Width, picture.Height, ["a square", "a star and a circle"]));
        }
        return await client.Get<PictureSetStore>().SaveAsync(new PictureSet(split, pictures));
    }

    ServiceProcess Service(string project)
    {
        var settings = Environment;
        settings["Learner__ResendAfter"] = "00:00:05";
        settings["Similarity__Rewards__blip__Type"] = "blip";
        settings["Similarity__Rewards__blip__Model"] = Path.Combine(Tiny, "blip");
        settings["Similarity__Rewards__vgg__Type"] = "image-embedding";
        settings["Similarity__Rewards__vgg__Model"] = Path.Combine(Tiny, "vgg");
        settings["Diffusion__Model"] = Path.Combine(Tiny, "diffusion");
        settings["Similarity__Rewards__oracle__Type"] = "oracle";
        settings["Similarity__Rewards__oracle__Scenes"] = Path.Combine(Tiny, "scenes.json");
        return new ServiceProcess(project, settings);
    }
}
