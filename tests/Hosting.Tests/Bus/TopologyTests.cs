using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Hosting.Tests.Bus;

public sealed class TopologyTests(TestStack stack) : IClassFixture<TestStack>
{
    [Theory]
    [InlineData(typeof(SampleCaptions), "sample-captions.v1")]
    [InlineData(typeof(CaptionsSampled), "captions-sampled.v1")]
    [InlineData(typeof(StartRun), "start-run.v1")]
    [InlineData(typeof(CaptionsSampledV2), "captions-sampled.v2")]
    [InlineData(typeof(List<DoWork>), "list-do-work.v1")]
    public void An_exchange_is_named_after_its_message_and_its_version(Type message, string name) =>
        MessageNames.Of(message).ShouldBe(name);

    [Fact]
    public async Task Every_queue_is_a_quorum_queue_also_those_of_errors_and_of_what_nobody_understood()
    {
        var seen = new Seen { Act = (_, _) => throw new InvalidOperationException("no") };
        await using var worker = await PipelineHost.StartAsync(stack, TestService.Worker(seen), TestService.Impatient);
        await worker.PublishAsync(new DoWork(Guid.NewGuid(), 1));
        await Eventually.HoldsAsync(
            "the failed message is parked", async () => (await stack.Broker.MessagesAsync("worker-do-work_error")).Count > 0);

        var queues = await stack.Broker.QueuesAsync();

        queues.Keys.ShouldContain("worker-do-work");
        queues.Keys.ShouldContain("worker-do-work_error");
        foreach (var (name, queue) in queues)
            if (!(bool)queue["auto_delete"]!)
                ((string)queue["type"]!).ShouldBe("quorum", name);
    }

    [Fact]
    public async Task No_exchange_of_a_message_is_that_of_a_queue()
    {
        await using var worker = await PipelineHost.StartAsync(stack, TestService.Worker(new Seen()));

        var queues = (await stack.Broker.QueuesAsync()).Keys;
        var exchanges = await stack.Broker.ExchangesAsync();

        exchanges.ShouldContain("do-work.v1");
        queues.ShouldNotContain(queue => queue.EndsWith(".v1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_messages_in_one_queue_are_refused_at_start()
    {
        var error = await Should.ThrowAsync<Exception>(() => PipelineHost.StartAsync(
            stack,
            TestService.Worker(new Seen(), bus => bus.AddConsumer<WorkDoneConsumer>().Endpoint(queue => queue.Name = "worker-do-work"))));

        error.ToString().ShouldContain("Queue 'worker-do-work' would take");
    }

    sealed record CaptionsSampledV2;
}
