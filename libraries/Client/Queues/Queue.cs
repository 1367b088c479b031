using System.Text.Json.Serialization;
using Pipeline.Hosting;

namespace Pipeline.Client;

/// <summary>A queue, as RabbitMQ's management API tells it.</summary>
/// <param name="Name">Its name; parked messages lie in <c>NAME_error</c>.</param>
/// <param name="Messages">Messages in it, those being worked on included.</param>
/// <param name="Consumers">Who takes from it.</param>
/// <param name="Unacknowledged">Messages that are being worked on.</param>
/// <param name="Statistics">How fast messages come and go; null before the first one.</param>
public sealed record Queue(
    [property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("messages")] long Messages,
    [property: JsonPropertyName("consumers")] int Consumers, [property: JsonPropertyName("messages_unacknowledged")] long Unacknowledged = 0,
    [property: JsonPropertyName("message_stats")] QueueStatistics? Statistics = null)
{
    const string Columns = "name,messages,consumers,messages_unacknowledged,message_stats.publish_details.rate,message_stats.ack_details.rate";

    /// <summary>The ending of the names of queues with parked messages.</summary>
    public const string Parked = "_error";

    /// <summary>Whether messages are parked in it that another queue's consumers gave up.</summary>
    [JsonIgnore]
    public bool IsParked => Name.EndsWith(Parked, StringComparison.Ordinal);

    /// <summary>All queues of the virtual host, by name; null when the management API does not answer or none is configured.</summary>
    public static async Task<IReadOnlyList<Queue>?> AllAsync(PipelineOptions options, CancellationToken cancellation) =>
        await Management.AskAsync<Queue[]>(options, $"queues/{{vhost}}?columns={Columns}", cancellation) is { } queues
            ? [.. queues.OrderBy(queue => queue.Name, StringComparer.Ordinal)]
            : null;
}

/// <summary>How fast messages come and go.</summary>
/// <param name="In">Published into the queue.</param>
/// <param name="Done">Acknowledged by who took them.</param>
public sealed record QueueStatistics(
    [property: JsonPropertyName("publish_details")] QueueRate? In, [property: JsonPropertyName("ack_details")] QueueRate? Done);

/// <summary>Messages per second, over the last few seconds.</summary>
/// <param name="Rate">The rate.</param>
public sealed record QueueRate([property: JsonPropertyName("rate")] double Rate);
