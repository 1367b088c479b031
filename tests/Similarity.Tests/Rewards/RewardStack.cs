using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Rewards;
using Pipeline.Testing;

namespace Pipeline.Similarity.Tests.Rewards;

/// <summary>A host with scripted rewards on real servers, and somebody who listens to what it publishes.</summary>
sealed class RewardStack : IAsyncDisposable
{
    readonly ConcurrentQueue<CaptionsScored> published;
    readonly ConcurrentQueue<RenderImages> commands;
    readonly TestStack stack;

    RewardStack(TestStack stack, PipelineHost host)
    {
        (this.stack, Host) = (stack, host);
        (published, commands) = (host.Get<ConcurrentQueue<CaptionsScored>>(), host.Get<ConcurrentQueue<RenderImages>>());
    }

    public PipelineHost Host { get; }

    public IReadOnlyList<CaptionsScored> Published => [.. published];

    /// <summary>What was sent to be drawn.</summary>
    public IReadOnlyList<RenderImages> Commands => [.. commands];

    public static Task<RewardStack> StartAsync(
        TestStack stack, RewardOptions options, params (string Name, ICaptionReward Reward)[] rewards) =>
        StartAsync(stack, services =>
        {
            foreach (var (name, reward) in rewards)
                services.AddCaptionReward(name, _ => reward, options);
        });

    public static async Task<RewardStack> StartAsync(TestStack stack, Action<IServiceCollection> addRewards)
    {
        var impatient = new Dictionary<string, string?>
        {
            ["Pipeline:RetryDelays:0"] = "00:00:00",
            ["Pipeline:RetryDelays:1"] = "00:00:00",
        };
        var host = await PipelineHost.StartAsync(stack, builder =>
        {
            builder.Services.AddSingleton(new ConcurrentQueue<CaptionsScored>()).AddSingleton(new ConcurrentQueue<RenderImages>());
            builder.AddPipelineDefaults("listener", bus =>
            {
                bus.AddConsumer<Listener>();
                bus.AddConsumer<Draughtsman>();
            });
            addRewards(builder.Services);
        }, impatient);
        return new RewardStack(stack, host);
    }

    /// <summary>A batch of two captions that <paramref name="rewards"/> shall score.</summary>
    public static CaptionsSampled Batch(params string[] rewards)
    {
        var run = Guid.NewGuid();
        var policy = new PolicyRef(0, new string('a', 64));
        CaptionSampled Caption(string text, int sample) => new(
            Guid.NewGuid(), run, 1, CaptionPurpose.Training, new string('b', 64), sample, 0, policy,
            new Decoding(DecodingMode.Sample), text, [1], [-0.5f]);
        return new CaptionsSampled(run, 1, Guid.NewGuid(), rewards, [Caption("a cat", 0), Caption("a black dog", 1)], 1.0);
    }

    public Task PublishAsync<T>(T batch)
        where T : class => Host.Get<IBus>().Publish(batch);

    public Task<IReadOnlyList<CaptionScored>> StoredAsync(CaptionsSampled batch) =>
        StoredAsync(batch.Captions.Select(caption => caption.CaptionId));

    public Task<IReadOnlyList<CaptionScored>> StoredAsync(IEnumerable<Guid> captions) =>
        Host.Get<EventAppender>().LoadAsync<CaptionScored>(captions.Select(Streams.Caption));

    /// <summary>Appends an event to a caption's stream, as another service would have.</summary>
    public Task AppendAsync(Guid caption, string kind, object data, object? discriminator = null)
    {
        var stream = Streams.Caption(caption);
        return Host.Get<EventAppender>().AppendOnceAsync(
            [new NewEvent(stream, Ids.Event(stream, kind, discriminator), data)], new MessageMetadata(null, null));
    }

    public Task<QueuedMessage> ParkedAsync(string reward, string work = "captions") => Eventually.GetAsync(
        "the message is parked", async () => (await stack.Broker.MessagesAsync($"score-{work}-{reward}_error")).SingleOrDefault());

    public Task PublishedAsync(int count) => Eventually.HoldsAsync($"{count} results are published", () => published.Count == count);

    public Task CommandedAsync(int count) => Eventually.HoldsAsync($"{count} commands are published", () => commands.Count == count);

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    public sealed class Listener(ConcurrentQueue<CaptionsScored> published) : IConsumer<CaptionsScored>
    {
        public Task Consume(ConsumeContext<CaptionsScored> context)
        {
            published.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }

    public sealed class Draughtsman(ConcurrentQueue<RenderImages> commands) : IConsumer<RenderImages>
    {
        public Task Consume(ConsumeContext<RenderImages> context)
        {
            commands.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }
}
