using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Contracts;
using Pipeline.Diffusion.PlanDrawings;
using Pipeline.Diffusion.RenderImages;
using Pipeline.Hosting;
using Pipeline.Testing;

namespace Pipeline.Diffusion.Tests;

/// <summary>The service on real servers with a small model, and somebody who listens to what it publishes.</summary>
sealed class DrawingStack : IAsyncDisposable
{
    readonly ConcurrentQueue<CaptionsRendered> published;

    DrawingStack(PipelineHost host, ConcurrentQueue<CaptionsRendered> published) => (Host, this.published) = (host, published);

    public PipelineHost Host { get; }

    public EventAppender Events => Host.Get<EventAppender>();

    public IReadOnlyList<CaptionsRendered> Published => [.. published];

    public static async Task<DrawingStack> StartAsync(TestStack stack, TestPack pack)
    {
        var published = new ConcurrentQueue<CaptionsRendered>();
        var host = await PipelineHost.StartAsync(stack, builder =>
        {
            builder.Services.AddSingleton(published);
            builder.Services.AddDrawer();
            builder.AddPipelineDefaults("diffusion", bus =>
            {
                bus.AddConsumer<Listener>();
                bus.AddConsumer<PlanDrawingsConsumer, PlanDrawingsConsumerDefinition>();
                bus.AddConsumer<RenderImagesConsumer, RenderImagesConsumerDefinition>();
            });
        }, new Dictionary<string, string?>
        {
            ["Diffusion:Model"] = pack.Folder,
            ["Pipeline:RetryDelays:0"] = "00:00:00",
        });
        return new DrawingStack(host, published);
    }

    /// <summary>Captions of a run, each with its own seed.</summary>
    public static CaptionsSampled Sampled(int count, DrawingSettings? drawing, params string[] rewards)
    {
        var run = Guid.NewGuid();
        return new CaptionsSampled(
            run, 1, Guid.NewGuid(), rewards,
            [.. Enumerable.Range(0, count).Select(i => new CaptionSampled(
                Guid.NewGuid(), run, 1, CaptionPurpose.Training, new string('b', 64), i, 1000 + i, new PolicyRef(0, new string('a', 64)),
                new Decoding(DecodingMode.Sample), $"a red circle {i}", [1], [-0.5f]))],
            1.0, drawing);
    }

    public Task PublishAsync<T>(T message)
        where T : class => Host.Get<IBus>().Publish(message);

    public Task PublishedAsync(int count) => Eventually.HoldsAsync($"{count} results are published", () => published.Count == count);

    public Task<IReadOnlyList<T>> StoredAsync<T>(IEnumerable<string> streams)
        where T : class => Events.LoadAsync<T>(streams);

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    public sealed class Listener(ConcurrentQueue<CaptionsRendered> published) : IConsumer<CaptionsRendered>
    {
        public Task Consume(ConsumeContext<CaptionsRendered> context)
        {
            published.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }
}
