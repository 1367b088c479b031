using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.Client;

/// <summary>A queue of parked messages: looks into it, and gives messages to their queue again.</summary>
public static class ParkedQueue
{
    /// <summary>So many messages are read, the oldest first.</summary>
    public const int Most = 200;

    /// <summary>From RabbitMQ 4 on a queue drops a message that was given back 20 times: before that it is put in anew.</summary>
    const long MostReturns = 5;

    /// <summary>What was added to a message when it was parked, and says nothing to who takes it again.</summary>
    static readonly string[] Marks = ["x-death", "x-first-death-", "x-last-death-", "x-delivery-count", "MT-Fault-", "MT-Reason"];

    /// <summary>Who reads holds the messages for a moment, and who gives them back to work would not find them.</summary>
    static readonly SemaphoreSlim One = new(1, 1);

    /// <summary>Its messages, oldest first; none when there is no such queue. They stay.</summary>
    public static async Task<IReadOnlyList<ParkedMessage>> ReadAsync(string address, string queue, CancellationToken cancellation)
    {
        await One.WaitAsync(cancellation);
        try
        {
            return await LookAsync(address, queue, cancellation);
        }
        finally
        {
            One.Release();
        }
    }

    static async Task<IReadOnlyList<ParkedMessage>> LookAsync(string address, string queue, CancellationToken cancellation)
    {
        await using var connection = await ConnectAsync(address, cancellation);
        await using var channel = await ChannelAsync(connection, cancellation);
        var taken = await TakeAsync(channel, queue, Most, cancellation);
        foreach (var message in taken) await GiveBackAsync(channel, queue, message, cancellation);
        return [.. taken.Select(message => ParkedMessage.Of(message.BasicProperties, message.Body.Span))];
    }

    /// <summary>
    /// Gives the messages that lie in <c>QUEUE_error</c> to the queue again, the oldest first. Each is there or here, never nowhere: should this die
    /// in between, one may be in both, and whoever takes it finds that it is done.
    /// </summary>
    /// <param name="address">The broker's.</param>
    /// <param name="queue">The queue that gets them: the name without <c>_error</c>.</param>
    /// <param name="cancellation">Ends it after the message in hand.</param>
    /// <returns>How many.</returns>
    public static async Task<int> RequeueAsync(string address, string queue, CancellationToken cancellation)
    {
        await One.WaitAsync(cancellation);
        try
        {
            return await MoveAsync(address, queue, cancellation);
        }
        finally
        {
            One.Release();
        }
    }

    static async Task<int> MoveAsync(string address, string queue, CancellationToken cancellation)
    {
        await using var connection = await ConnectAsync(address, cancellation);
        await using var channel = await ChannelAsync(connection, cancellation);
        var taken = await TakeAsync(channel, queue + Queue.Parked, int.MaxValue, cancellation);
        foreach (var message in taken)
        {
            // It comes as on its first day. Mandatory: a queue that is gone is an error, and the message stays parked.
            var properties = new BasicProperties(message.BasicProperties);
            if (properties.Headers is { } headers)
                properties.Headers = headers.Where(header => !Marks.Any(mark => header.Key.StartsWith(mark, StringComparison.Ordinal))).ToDictionary();
            await channel.BasicPublishAsync("", queue, mandatory: true, properties, message.Body, cancellation);
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false, CancellationToken.None);
        }
        return taken.Count;
    }

    static Task<IConnection> ConnectAsync(string address, CancellationToken cancellation) =>
        new ConnectionFactory { Uri = new Uri(address), ClientProvidedName = "parked" }.CreateConnectionAsync(cancellation);

    /// <remarks>A publish is done when the broker has the message.</remarks>
    static Task<IChannel> ChannelAsync(IConnection connection, CancellationToken cancellation) =>
        connection.CreateChannelAsync(new CreateChannelOptions(true, true), cancellation);

    static async Task<List<BasicGetResult>> TakeAsync(IChannel channel, string queue, int most, CancellationToken cancellation)
    {
        var taken = new List<BasicGetResult>();
        try
        {
            while (taken.Count < most && await channel.BasicGetAsync(queue, autoAck: false, cancellation) is { } message) taken.Add(message);
        }
        catch (OperationInterruptedException error) when (error.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
        }
        return taken;
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
