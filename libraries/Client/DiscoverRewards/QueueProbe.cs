using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.Client;

/// <summary>Asks the broker itself about queues: what the management API counts is seconds old, and not every broker has it.</summary>
public static class QueueProbe
{
    /// <summary>How many messages wait in each of <paramref name="queues"/>; those that are not there are left out.</summary>
    public static async Task<IReadOnlyDictionary<string, uint>> MessagesAsync(
        string address, IEnumerable<string> queues, CancellationToken cancellation)
    {
        var factory = new ConnectionFactory { Uri = new Uri(address), ClientProvidedName = "cli" };
        await using var connection = await factory.CreateConnectionAsync(cancellation);
        var messages = new Dictionary<string, uint>();
        foreach (var queue in queues.Distinct())
        {
            // The broker closes a channel on which it was asked about a queue that is not there.
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellation);
            try
            {
                messages[queue] = (await channel.QueueDeclarePassiveAsync(queue, cancellation)).MessageCount;
            }
            catch (OperationInterruptedException error) when (error.ShutdownReason?.ReplyCode == Constants.NotFound)
            {
            }
        }
        return messages;
    }
}
