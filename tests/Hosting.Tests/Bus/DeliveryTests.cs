using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Hosting.Tests.Bus;

/// <summary>Each test has a virtual host of its own: what one leaves in a queue is nobody else's.</summary>
public sealed class DeliveryTests : IAsyncLifetime
{
    readonly TestStack _stack = new();
    readonly Seen _seen = new();

    public ValueTask InitializeAsync() => _stack.InitializeAsync();

    public ValueTask DisposeAsync() => _stack.DisposeAsync();

    [Fact]
    public async Task A_command_that_no_queue_takes_is_an_error_of_its_sender()
    {
        await using var sender = await PipelineHost.StartAsync(_stack, TestService.Sender);

        var error = await Should.ThrowAsync<MessageReturnedException>(() => sender.PublishAsync(new DoWork(Guid.NewGuid(), 1)));

        error.ToString().ShouldContain("NO_ROUTE Exchange: do-work.v1");
    }

    [Fact]
    public async Task An_event_of_the_history_may_go_unheard()
    {
        await using var sender = await PipelineHost.StartAsync(_stack, TestService.Sender);
        await sender.PublishAsync(new RunStopped(Guid.NewGuid(), 1));
    }

    [Fact]
    public async Task What_a_hosted_service_publishes_while_the_host_starts_is_not_lost()
    {
        await using (await PipelineHost.StartAsync(_stack, TestService.Worker(new Seen()))) { }

        await using var sender = await PipelineHost.StartAsync(_stack, builder =>
        {
            TestService.Sender(builder);
            builder.Services.AddHostedService<PublishesAtStart>();
        });

        await using var worker = await PipelineHost.StartAsync(_stack, TestService.Worker(_seen));
        await Eventually.HoldsAsync("the message arrived", () => _seen.Numbers is [42]);
    }

    [Fact]
    public async Task A_message_that_fails_is_tried_again_until_it_succeeds()
    {
        _seen.Act = (_, attempt) => attempt < 3 ? throw new InvalidOperationException("not yet") : Task.CompletedTask;
        await using var worker = await PipelineHost.StartAsync(_stack, TestService.Worker(_seen), TestService.Impatient);

        await worker.PublishAsync(new DoWork(Guid.NewGuid(), 7));

        await Eventually.HoldsAsync("three attempts", () => _seen.Numbers is [7, 7, 7]);
        (await _stack.Broker.MessagesAsync("worker-do-work_error")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_that_always_fails_is_parked_with_the_reason_and_the_next_one_is_served()
    {
        _seen.Act = (message, _) => message is DoWork { Number: 1 }
            ? throw new InvalidOperationException("the model has no weights")
            : Task.CompletedTask;
        await using var worker = await PipelineHost.StartAsync(_stack, TestService.Worker(_seen), TestService.Impatient);

        await worker.PublishAsync(new DoWork(Guid.NewGuid(), 1, "bad"));
        await worker.PublishAsync(new DoWork(Guid.NewGuid(), 2, "good"));

        var parked = await Eventually.GetAsync(
            "the message is parked", async () => (await _stack.Broker.MessagesAsync("worker-do-work_error")).SingleOrDefault());
        parked.Body.ShouldContain("\"text\":\"bad\"");
        ((string)parked.Headers["MT-Fault-Message"]!).ShouldBe("the model has no weights");
        ((string)parked.Headers["MT-Fault-ExceptionType"]!).ShouldBe("System.InvalidOperationException");
        await Eventually.HoldsAsync("the good message was consumed", () => _seen.Numbers.Contains(2));
        _seen.Numbers.Count(number => number == 1).ShouldBe(3);
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_is_parked()
    {
        await using var worker = await PipelineHost.StartAsync(_stack, TestService.Worker(_seen), TestService.Impatient);

        (await _stack.Broker.PublishAsync("do-work.v1", """{"number":1}""")).ShouldBeTrue();
        (await _stack.Broker.PublishAsync("do-work.v1", "no JSON")).ShouldBeTrue();

        await Eventually.HoldsAsync("both are parked", async () => await _stack.Broker.ParkedAsync() == 2);
        _seen.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_comes_again_when_the_connection_breaks_before_its_acknowledgement()
    {
        var broken = new TaskCompletionSource();
        _seen.Act = (_, attempt) => attempt == 1 ? broken.Task : Task.CompletedTask;
        await using var worker = await PipelineHost.StartAsync(_stack, TestService.Worker(_seen));
        await worker.PublishAsync(new DoWork(Guid.NewGuid(), 5));
        await Eventually.HoldsAsync("the message is being consumed", () => _seen.Numbers is [5]);

        await Eventually.HoldsAsync("a connection is closed", async () => await _stack.Broker.CloseConnectionsAsync() > 0);
        broken.SetResult();

        await Eventually.HoldsAsync("the message came again", () => _seen.Numbers is [5, 5]);
    }

    [Fact]
    public async Task A_message_whose_consumer_dies_with_it_again_and_again_is_parked_by_the_broker()
    {
        var settings = new Dictionary<string, string?> { ["Pipeline:DeliveryLimit"] = "3" };
        await using (await PipelineHost.StartAsync(_stack, TestService.Worker(_seen), settings)) { }
        await _stack.Broker.PublishAsync("do-work.v1", "deadly");

        for (var death = 0; death < 3; death++) await _stack.Broker.ReturnFirstAsync("worker-do-work");
        (await _stack.Broker.MessagesAsync("worker-do-work_error")).ShouldBeEmpty();
        await _stack.Broker.ReturnFirstAsync("worker-do-work");

        var parked = await Eventually.GetAsync(
            "parked", async () => (await _stack.Broker.MessagesAsync("worker-do-work_error")).SingleOrDefault());
        parked.Body.ShouldBe("deadly");
        parked.Headers["x-death"]!.ToJsonString().ShouldContain("delivery_limit");
        (await _stack.Broker.MessagesAsync("worker-do-work")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_program_without_MassTransit_can_command_a_service()
    {
        await using var worker = await PipelineHost.StartAsync(_stack, TestService.Worker(_seen));

        await _stack.Broker.PublishAsync("do-work.v1", """{"runId":"7d1c0a4e-0000-4000-8000-000000000001","number":9,"later":"ignored"}""");

        await Eventually.HoldsAsync("the message arrived", () => _seen.Numbers is [9]);
    }

    [Fact]
    public async Task What_is_on_the_wire_is_the_plain_message_with_its_run_as_correlation()
    {
        await using (await PipelineHost.StartAsync(_stack, TestService.Worker(new Seen()))) { }
        await using var sender = await PipelineHost.StartAsync(_stack, TestService.Sender);
        var run = Guid.Parse("7d1c0a4e-0000-4000-8000-000000000002");

        await sender.PublishAsync(new DoWork(run, 3, "hello"));

        var message = (await _stack.Broker.MessagesAsync("worker-do-work")).Single();
        message.Body.ShouldBe("""{"runId":"7d1c0a4e-0000-4000-8000-000000000002","number":3,"text":"hello"}""");
        ((string)message.Properties["correlation_id"]!).ShouldBe(run.ToString("D"));
        ((int)message.Properties["delivery_mode"]!).ShouldBe(2);
    }

    sealed class PublishesAtStart(IBus bus) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => bus.Publish(new DoWork(Guid.NewGuid(), 42), cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
