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
    readonly TestStack stack;

    RewardStack(TestStack stack, PipelineHost host, ConcurrentQueue<CaptionsScored> published) =>
        (this.stack, Host, this.published) = (stack, host, published);

    public PipelineHost Host { get; }

    public IReadOnlyList<CaptionsScored> Published => [.. published];

    public static async Task<RewardStack> StartAsync(
        TestStack stack, RewardOptions options, params (string Name, ICaptionReward Reward)[] rewards)
    {
        var published = new ConcurrentQueue<CaptionsScored>();
        var impatient = new Dictionary<string, string?>
        {
            ["Pipeline:RetryDelays:0"] = "00:00:00",
            ["Pipeline:RetryDelays:1"] = "00:00:00",
        };
        var host = await PipelineHost.StartAsync(stack, builder =>
        {
            builder.Services.AddSingleton(published);
            builder.AddPipelineDefaults("listener", bus => bus.AddConsumer<Listener>());
            foreach (var (name, reward) in rewards)
                builder.Services.AddCaptionReward(name, _ => reward, options);
        }, impatient);
        return new RewardStack(stack, host, published);
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

    public Task PublishAsync(CaptionsSampled batch) => Host.Get<IBus>().Publish(batch);

    public async Task<IReadOnlyList<CaptionScored>> StoredAsync(CaptionsSampled batch) =>
        await Host.Get<EventAppender>().LoadAsync<CaptionScored>(batch.Captions.Select(caption => Streams.Caption(caption.CaptionId)));

    public Task<QueuedMessage> ParkedAsync(string reward) => Eventually.GetAsync(
        "the message is parked", async () => (await stack.Broker.MessagesAsync($"score-captions-{reward}_error")).SingleOrDefault());

    public Task PublishedAsync(int count) => Eventually.HoldsAsync($"{count} results are published", () => published.Count == count);

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    public sealed class Listener(ConcurrentQueue<CaptionsScored> published) : IConsumer<CaptionsScored>
    {
        public Task Consume(ConsumeContext<CaptionsScored> context)
        {
            published.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }
}
