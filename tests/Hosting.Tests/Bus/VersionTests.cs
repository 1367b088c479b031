using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Testing;

namespace Pipeline.Hosting.Tests.Bus;

/// <summary>Two versions of a message side by side, as docs/adr/0015 has them: each a record, an exchange and a queue of its own.</summary>
public sealed class VersionTests(TestStack stack) : IClassFixture<TestStack>
{
    readonly Seen first = new();
    readonly ConcurrentQueue<Measure> second = [];

    [Fact]
    public async Task Each_version_of_a_message_comes_to_who_takes_that_version_and_to_nobody_else()
    {
        await using var worker = await PipelineHost.StartAsync(
            stack, TestService.Worker(first, bus => bus.AddConsumer<MeasureV2Consumer>()) + (builder => builder.Services.AddSingleton(second)));

        await worker.PublishAsync(new DoWork(Guid.NewGuid(), 1));
        await worker.PublishAsync(new DoWorkV2(Guid.NewGuid(), new Measure(2, "metres")));
        // A program in another language that knows of version 1 only.
        (await stack.Broker.PublishAsync("do-work.v1", """{"runId":"7d1c0a4e-0000-4000-8000-000000000001","number":3}""")).ShouldBeTrue();

        await Eventually.HoldsAsync("all have come", () => first.Numbers.Length == 2 && second.Count == 1);
        first.Numbers.Order().ShouldBe([1, 3]);
        second.ShouldBe([new Measure(2, "metres")]);
        (await stack.Broker.ExchangesAsync()).ShouldContain("do-work.v2");
        (await stack.Broker.ParkedAsync()).ShouldBe(0);
    }

    public sealed record Measure(double Value, string Unit);

    /// <summary>A number was not enough.</summary>
    public sealed record DoWorkV2(Guid RunId, Measure Measure);

    public sealed class MeasureV2Consumer(ConcurrentQueue<Measure> seen) : IConsumer<DoWorkV2>
    {
        public Task Consume(ConsumeContext<DoWorkV2> context)
        {
            seen.Enqueue(context.Message.Measure);
            return Task.CompletedTask;
        }
    }
}
