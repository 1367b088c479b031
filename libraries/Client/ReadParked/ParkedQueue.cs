using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.Client;

/// <summary>Looks into a queue of parked messages; they stay.</summary>
public static class ParkedQueue
{
    /// <summary>So many messages are read, the oldest first.</summary>
    const int Most = 200;

    /// <summary>From RabbitMQ 4 on a queue drops a message that was given back 20 times: before that it is put in anew.</summary>
    const long MostReturns = 5;

    /// <summary>Its messages, oldest first; none when there is no such queue.</summary>
    public static async Task<IReadOnlyList<ParkedMessage>> ReadAsync(string address, string queue, CancellationToken cancellation)
    {
        var factory = new ConnectionFactory { Uri = new Uri(address), ClientProvidedName = "cli" };
        await using var connection = await factory.CreateConnectionAsync(cancellation);
        // A publish is done when the broker has the message.
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), cancellation);
        var taken = new List<BasicGetResult>();
        try
        {
            while (taken.Count < Most && await channel.BasicGetAsync(queue, autoAck: false, cancellation) is { } message) taken.Add(message);
        }
        catch (OperationInterruptedException error) when (error.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return [];
        }

        foreach (var message in taken) await GiveBackAsync(channel, queue, message, cancellation);
        return [.. taken.Select(message => ParkedMessage.Of(message.BasicProperties, message.Body.Span))];
    }

    static async Task GiveBackAsync(IChannel channel, string queue, BasicGetResult message, CancellationToken cancellation)
    {
        var properties = new BasicProperties(message.BasicProperties);
        if (properties.Headers is not { } headers || !headers.TryGetValue("x-delivery-count", out var count) || Convert.ToInt64(count) < MostReturns)
        {
            await channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: true, cancellation);
            return;
        }
        properties.Headers = headers.Where(header => header.Key != "x-delivery-count").ToDictionary();
        await channel.BasicPublishAsync("", queue, mandatory: true, properties, message.Body, cancellation);
        await channel.BasicAckAsync(message.DeliveryTag, multiple: false, cancellation);
    }
}
