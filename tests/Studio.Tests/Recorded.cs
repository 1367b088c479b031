using Microsoft.Extensions.Options;
using Pipeline.Hosting;
using RabbitMQ.Client;

namespace Pipeline.Studio.Tests;

/// <summary>What services would have left in the store and on the broker.</summary>
static class Recorded
{
    /// <summary>Appends events.</summary>
    public static Task AppendAsync(this StudioHost studio, string stream, params IEnumerable<object> events) => studio.Host.Get<EventAppender>().AppendOnceAsync(
        [.. events.Select(data => new NewEvent(stream, Guid.NewGuid(), data))], new MessageMetadata(null, "test"), TestContext.Current.CancellationToken);

    /// <summary>Starts a run, as far as its stream tells.</summary>
    /// <returns>Its id.</returns>
    public static async Task<Guid> RunAsync(this StudioHost studio, RunSettings settings)
    {
        var runId = Guid.NewGuid();
        await studio.AppendAsync(Streams.Run(runId), new RunStarted(runId, settings));
        return runId;
    }

    /// <summary>Declares queues.</summary>
    public static async Task DeclareAsync(this StudioHost studio, params IEnumerable<string> queues)
    {
        var factory = new ConnectionFactory { Uri = new Uri(studio.Host.Get<IOptions<PipelineOptions>>().Value.RabbitMq) };
        await using var connection = await factory.CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        foreach (var queue in queues) await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false);
    }
}
