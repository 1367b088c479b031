using System.Text;
using Pipeline.Hosting;
using Pipeline.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Pipeline.Studio.Tests.Queues;

public sealed class ManagementTests(TestStack stack) : IClassFixture<TestStack>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_broker_that_takes_no_messages_says_why_for_each_node()
    {
        await using var api = await ManagementApi.StartAsync(_ =>
            """
            [{"name":"rabbit@one","disk_free_alarm":true,"mem_alarm":false},{"name":"rabbit@two","disk_free_alarm":false,"mem_alarm":true},
             {"name":"rabbit@three","disk_free_alarm":false,"mem_alarm":false},{"name":"rabbit@stopped"}]
            """);
        var alarms = await BrokerAlarm.FindAsync(api.Options, Cancel);
        alarms.Count.ShouldBe(2);
        alarms[0].ShouldContain("disk is nearly full (rabbit@one)");
        alarms[1].ShouldContain("memory than it may (rabbit@two)");
        api.Asked.ShouldBe([$"/api/nodes Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("u:p/q"))}"]);
    }

    [Fact]
    public async Task Workers_are_the_connections_that_take_from_queues_with_the_name_that_they_give_themselves()
    {
        await using var api = await ManagementApi.StartAsync(path => path switch
        {
            "/api/connections" =>
                """
                [{"name":"c2","user_provided_name":"rollout","peer_host":"10.0.0.2","peer_port":4000,"connected_at":1767323045000},
                 {"name":"c1","client_properties":{"connection_name":"python"},"peer_host":"10.0.0.1","peer_port":4001,"connected_at":1767323045000},
                 {"name":"c0","user_provided_name":"only sends","peer_host":"10.0.0.3","peer_port":4002,"connected_at":1767323045000},
                 {"name":"c3","peer_host":"10.0.0.4","peer_port":4003,"connected_at":1767323045000}]
                """,
            "/api/consumers/%2F" =>
                """
                [{"queue":{"name":"sample-captions"},"channel_details":{"connection_name":"c2"}},
                 {"queue":{"name":"plan"},"channel_details":{"connection_name":"c2"}},{"queue":{"name":"plan"},"channel_details":{"connection_name":"c2"}},
                 {"queue":{"name":"score"},"channel_details":{"connection_name":"c1"}},{"queue":{"name":"score"},"channel_details":{"connection_name":"c3"}},
                 {"queue":{"name":"score"},"channel_details":{}}]
                """,
            _ => null,
        });
        var workers = (await Worker.AllAsync(api.Options, Cancel))!;
        workers.Select(worker => (worker.Service, worker.Address)).ShouldBe([("python", "10.0.0.1:4001"), ("rollout", "10.0.0.2:4000"), ("unknown", "10.0.0.4:4003")]);
        workers[1].Queues.ShouldBe(["plan", "sample-captions"]);
        workers[1].Connected.ShouldBe(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    }

    [Fact]
    public async Task Queues_have_their_rates_once_something_came()
    {
        await using var api = await ManagementApi.StartAsync(path => path == "/api/queues/%2F"
            ? """
              [{"name":"work_error","messages":2,"consumers":0,"messages_unacknowledged":0},
               {"name":"work","messages":7,"consumers":2,"messages_unacknowledged":4,
                "message_stats":{"publish_details":{"rate":1.5},"ack_details":{"rate":0.5}}},{"name":"new"}]
              """
            : null);
        var queues = (await Queue.AllAsync(api.Options, Cancel))!;
        queues.ShouldBe([new Queue("new", 0, 0), new Queue("work", 7, 2, 4, new(new(1.5), new(0.5))), new Queue("work_error", 2, 0)]);
        queues.Select(queue => queue.IsParked).ShouldBe([false, false, true]);
    }

    /// <summary>What the broker answers for a second or so after somebody came: it writes what has no members as an empty list.</summary>
    [Fact]
    public async Task What_the_broker_has_not_heard_of_yet_is_an_empty_list_and_understood()
    {
        await using var api = await ManagementApi.StartAsync(path => path switch
        {
            "/api/connections" => """[{"name":"c1","client_properties":[],"peer_host":"10.0.0.1","peer_port":4001,"connected_at":1767323045000}]""",
            "/api/consumers/%2F" => """[{"queue":{"name":"work"},"channel_details":[]},{"queue":{"name":"plan"},"channel_details":{"connection_name":"c1"}}]""",
            "/api/queues/%2F" => """[{"name":"plan","message_stats":[]},{"name":"work","message_stats":{"publish_details":[]}}]""",
            _ => null,
        });
        (await Worker.AllAsync(api.Options, Cancel))!.ShouldHaveSingleItem().Queues.ShouldBe(["plan"]);
        (await Queue.AllAsync(api.Options, Cancel)).ShouldBe([new Queue("plan", 0, 0), new Queue("work", 0, 0, 0, new(null, null))]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("[{\"name\":\"work\",")]
    [InlineData("<html>somebody else's page</html>")]
    public async Task Where_the_API_does_not_answer_or_is_not_configured_nothing_is_known(string? answer)
    {
        await using var api = await ManagementApi.StartAsync(_ => answer);
        foreach (var options in (PipelineOptions[])[api.Options, new() { RabbitMq = "amqp://u:p@127.0.0.1:1/" }])
        {
            (await BrokerAlarm.FindAsync(options, Cancel)).ShouldBeEmpty();
            (await Queue.AllAsync(options, Cancel)).ShouldBeNull();
            (await Worker.AllAsync(options, Cancel)).ShouldBeNull();
        }
    }

    /// <summary>The real broker tells of connections some seconds late.</summary>
    [Fact]
    public async Task A_real_brokers_answers_are_understood()
    {
        var options = new PipelineOptions { RabbitMq = stack.RabbitMq, RabbitMqManagement = stack.Broker.Management };
        var factory = new ConnectionFactory { Uri = new Uri(stack.RabbitMq), ClientProvidedName = "tester" };
        await using var connection = await factory.CreateConnectionAsync(Cancel);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancel);
        await channel.QueueDeclareAsync("work", durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancel);
        await channel.BasicConsumeAsync("work", autoAck: false, new AsyncEventingBasicConsumer(channel), Cancel);

        (await Queue.AllAsync(options, Cancel))!.Select(queue => queue.Name).ShouldBe(["work"]);
        var worker = await Eventually.GetAsync("the broker tells of the worker", async () => (await Worker.AllAsync(options, Cancel))!.SingleOrDefault());
        (worker.Service, worker.Queues[0]).ShouldBe(("tester", "work"));
        worker.Connected.ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(5));
        (await BrokerAlarm.FindAsync(options, Cancel)).ShouldBeEmpty();
    }
}
