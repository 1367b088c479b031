using System.Text.Json.Serialization;
using Pipeline.Hosting;

namespace Pipeline.Client;

/// <summary>A process that takes work from queues.</summary>
/// <param name="Service">What it calls itself: the service's name.</param>
/// <param name="Address">The host and port that it comes from.</param>
/// <param name="Connected">Since when.</param>
/// <param name="Queues">The queues that it takes from.</param>
public sealed record Worker(string Service, string Address, DateTimeOffset Connected, IReadOnlyList<string> Queues)
{
    /// <summary>All workers, by service and address; null when the management API does not answer or none is configured.</summary>
    public static async Task<IReadOnlyList<Worker>?> AllAsync(PipelineOptions options, CancellationToken cancellation)
    {
        var connections = await Management.AskAsync<ConnectionEntry[]>(
            options, "connections?columns=name,user_provided_name,client_properties.connection_name,peer_host,peer_port,connected_at", cancellation);
        var consumers = await Management.AskAsync<Consumer[]>(
            options, "consumers/{vhost}?columns=queue.name,channel_details.connection_name", cancellation);
        if (connections is null || consumers is null) return null;
        var queues = consumers.Where(consumer => consumer.Channel?.Connection is not null)
            .ToLookup(consumer => consumer.Channel!.Connection!, consumer => consumer.Queue.Name);
        return
        [
            .. connections.Where(connection => queues.Contains(connection.Name)).Select(connection => new Worker(
                    connection.Said ?? connection.Properties?.Name ?? "unknown", $"{connection.Host}:{connection.Port}",
                    DateTimeOffset.FromUnixTimeMilliseconds(connection.ConnectedAt), [.. queues[connection.Name].Distinct().Order(StringComparer.Ordinal)]))
                .OrderBy(worker => worker.Service, StringComparer.Ordinal).ThenBy(worker => worker.Address, StringComparer.Ordinal),
        ];
    }

    sealed record ConnectionEntry(
        [property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("user_provided_name")] string? Said,
        [property: JsonPropertyName("client_properties")] ClientProperties? Properties, [property: JsonPropertyName("peer_host")] string? Host,
        [property: JsonPropertyName("peer_port")] int Port, [property: JsonPropertyName("connected_at")] long ConnectedAt);

    sealed record ClientProperties([property: JsonPropertyName("connection_name")] string? Name);

    sealed record Consumer([property: JsonPropertyName("queue")] QueueName Queue, [property: JsonPropertyName("channel_details")] ChannelDetails? Channel);

    sealed record QueueName([property: JsonPropertyName("name")] string Name);

    sealed record ChannelDetails([property: JsonPropertyName("connection_name")] string? Connection);
}
