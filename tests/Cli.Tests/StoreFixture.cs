using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Testing;

namespace Pipeline.Cli.Tests;

/// <summary>
/// An event store and a broker with two services: reward <c>length</c> scores captions by their length, reward <c>broken</c> fails at all.
/// </summary>
public sealed class StoreFixture : IAsyncLifetime
{
    readonly TestStack _stack = new();
    PipelineHost _host = null!;

    internal Connection Connection { get; private set; } = null!;

    internal EventAppender Events => Connection.Events;

    public async ValueTask InitializeAsync()
    {
        await _stack.InitializeAsync();
        _host = await PipelineHost.StartAsync(
            _stack,
            builder =>
            {
                builder.AddPipelineDefaults("rewards");
                builder.Services.AddSingleton(provider => new PipelineEndpoint("score-captions-length", endpoint =>
                    endpoint.Consumer(() => new LengthReward(provider.GetRequiredService<EventAppender>()))));
                builder.Services.AddSingleton(new PipelineEndpoint("score-captions-broken", endpoint =>
                    endpoint.Consumer(() => new BrokenReward())));
            },
            new Dictionary<string, string?> { ["Pipeline:RetryDelays:0"] = "00:00:00" });
        Connection = Connection.Open(new ConfigurationBuilder().AddInMemoryCollection(_stack.Settings).Build());
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await _host.DisposeAsync();
        await _stack.DisposeAsync();
    }

    sealed class LengthReward(EventAppender events) : IConsumer<CaptionsSampled>
    {
        public Task Consume(ConsumeContext<CaptionsSampled> context) => context.Message.Rewards.Contains("length")
            ? events.AppendOnceAsync(
                [.. context.Message.Captions.Select(caption => new NewEvent(
                    Streams.Caption(caption.CaptionId), Ids.Event(Streams.Caption(caption.CaptionId), "caption-scored", "length"),
                    Drawings.Scored(caption.CaptionId, "length") with { Score = caption.Text.Length }))],
                MessageMetadata.From(context))
            : Task.CompletedTask;
    }

    sealed class BrokenReward : IConsumer<CaptionsSampled>
    {
        public Task Consume(ConsumeContext<CaptionsSampled> context) => context.Message.Rewards.Contains("broken")
            ? throw new InvalidOperationException("It is broken.")
            : Task.CompletedTask;
    }
}
