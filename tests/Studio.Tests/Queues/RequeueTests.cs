using System.Text;
using Pipeline.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.Studio.Tests.Queues;

public sealed class RequeueTests(TestStack stack) : IClassFixture<TestStack>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parked_messages_lie_in_their_queue_again_in_their_order_as_on_their_first_day()
    {
        await ParkAsync("mended", hasQueue: true, "one", "two", "three");

        (await ParkedQueue.RequeueAsync(stack.RabbitMq, "mended", Cancel)).ShouldBe(3);

        var messages = await stack.Broker.MessagesAsync("mended");
        messages.Select(message => message.Body).ShouldBe(["one", "two", "three"]);
        foreach (var message in messages)
        {
            // The client numbers what it publishes.
            message.Headers.Select(header => header.Key).Where(header => header != "x-dotnet-pub-seq-no").ShouldBe(["traceparent"]);
            ((string?)message.Properties["message_id"]).ShouldBe($"id of {message.Body}");
            ((int?)message.Properties["delivery_mode"]).ShouldBe(2, "it survives a restart of the broker");
        }
        (await stack.Broker.MessagesAsync("mended_error")).ShouldBeEmpty();
        (await ParkedQueue.RequeueAsync(stack.RabbitMq, "mended", Cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task Where_their_queue_is_gone_they_stay_parked_with_their_reasons()
    {
        await ParkAsync("gone", hasQueue: false, "one", "two");

        await Should.ThrowAsync<PublishException>(() => ParkedQueue.RequeueAsync(stack.RabbitMq, "gone", Cancel));

        var parked = await Eventually.GetAsync("the broker has taken them back", async () =>
            await stack.Broker.MessagesAsync("gone_error") is { Count: 2 } messages ? messages : null);
        parked.Select(message => message.Body).ShouldBe(["one", "two"]);
        parked.ShouldAllBe(message => (string?)message.Headers["MT-Fault-Message"] == "It is broken.");
    }

    [Fact]
    public async Task Of_a_queue_that_nobody_ever_gave_anything_up_nothing_is_requeued() =>
        (await ParkedQueue.RequeueAsync(stack.RabbitMq, "never", Cancel)).ShouldBe(0);

    async Task ParkAsync(string queue, bool hasQueue, params string[] bodies)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(stack.RabbitMq) }.CreateConnectionAsync(Cancel);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Cancel);
        if (hasQueue) await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancel);
        await channel.QueueDeclareAsync($"{queue}_error", durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancel);
        foreach (var body in bodies)
        {
            var properties = new BasicProperties
            {
                MessageId = $"id of {body}", Persistent = true,
                Headers = new Dictionary<string, object?>
                {
                    ["MT-Fault-Message"] = "It is broken.", ["MT-Fault-Timestamp"] = "2026-01-02T03:04:05Z", ["MT-Reason"] = "fault", ["x-first-death-queue"] = queue,
                    ["traceparent"] = "00-dd03ab4c8b65550fa6334bbd01298f73-0000000000000001-01",
                },
            };
            await channel.BasicPublishAsync("", $"{queue}_error", mandatory: true, properties, Encoding.UTF8.GetBytes(body), Cancel);
        }
    }
}
