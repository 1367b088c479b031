using System.Text.Json.Serialization;
using Pipeline.Hosting;

namespace Pipeline.Client;

/// <summary>
/// A reason for which RabbitMQ takes no messages. Whoever publishes then waits, without an error: nothing is lost, and it goes on by itself when the
/// reason is gone.
/// </summary>
public static class BrokerAlarm
{
    /// <summary>What is wrong, as a sentence for each node; none when all is well or the management API does not say.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(PipelineOptions options, CancellationToken cancellation)
    {
        var nodes = await Management.AskAsync<Node[]>(options, "nodes?columns=name,disk_free_alarm,mem_alarm", cancellation) ?? [];
        return
        [
            .. nodes.Where(node => node.IsDiskFull).Select(node => $"RabbitMQ takes no messages: its disk is nearly full ({node.Name}). It goes on when there is room."),
            .. nodes.Where(node => node.IsMemoryFull).Select(node => $"RabbitMQ takes no messages: it uses more memory than it may ({node.Name})."),
        ];
    }

    sealed record Node(
        [property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("disk_free_alarm")] bool IsDiskFull,
        [property: JsonPropertyName("mem_alarm")] bool IsMemoryFull);
}
