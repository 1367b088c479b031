using System.Collections.Concurrent;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Testing;

namespace Pipeline.Hosting.Tests.Bus;

/// <summary>A command as the services have them.</summary>
public sealed record DoWork(Guid RunId, int Number, string Text = "");

/// <summary>A result as the services have them.</summary>
public sealed record WorkDone(Guid RunId, int Number);

/// <summary>What the consumers of a test do and what they have seen; one per host.</summary>
public sealed class Seen
{
    public ConcurrentQueue<(ConsumeContext Context, object Message)> Messages { get; } = [];

    public Func<object, int, Task> Act { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>The numbers of the commands and results seen, in order, repetitions included.</summary>
    public int[] Numbers => [.. Messages.Select(seen => seen.Message is DoWork work ? work.Number : ((WorkDone)seen.Message).Number)];

    public Task TakeAsync(ConsumeContext context, object message)
    {
        Messages.Enqueue((context, message));
        return Act(message, Messages.Count);
    }
}

public sealed class DoWorkConsumer(Seen seen) : IConsumer<DoWork>
{
    public Task Consume(ConsumeContext<DoWork> context) => seen.TakeAsync(context, context.Message);
}

public sealed class WorkDoneConsumer(Seen seen) : IConsumer<WorkDone>
{
    public Task Consume(ConsumeContext<WorkDone> context) => seen.TakeAsync(context, context.Message);
}

/// <summary>Hosts for these messages.</summary>
static class TestService
{
    /// <summary>A service that takes <see cref="DoWork"/> from the queue <c>worker-do-work</c>.</summary>
    public static Action<WebApplicationBuilder> Worker(Seen seen, Action<IBusRegistrationConfigurator>? more = null) => builder =>
    {
        builder.Services.AddSingleton(seen);
        builder.AddPipelineDefaults("worker", bus =>
        {
            bus.AddConsumer<DoWorkConsumer>();
            more?.Invoke(bus);
        });
    };

    /// <summary>A service that only sends.</summary>
    public static void Sender(WebApplicationBuilder builder) => builder.AddPipelineDefaults("sender");

    /// <summary>Publishes as a service does outside of its consumers.</summary>
    public static Task PublishAsync<T>(this PipelineHost host, T message)
        where T : class => host.Get<IBus>().Publish(message, TestContext.Current.CancellationToken);

    /// <summary>Retries at once, so that a test of failures does not wait.</summary>
    public static readonly IReadOnlyDictionary<string, string?> Impatient = new Dictionary<string, string?>
    {
        ["Pipeline:RetryDelays:0"] = "00:00:00",
        ["Pipeline:RetryDelays:1"] = "00:00:00.010",
    };
}
