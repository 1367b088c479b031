using System.Threading.Channels;
using MassTransit;
using Pipeline.Contracts;

namespace Pipeline.Replays;

/// <summary>
/// Listens for what services answer to one replay. Its queues are its own and go with it: what comes while nobody listens is asked for again.
/// </summary>
public sealed class ReplayInbox : IAsyncDisposable
{
    readonly Channel<object> answers = Channel.CreateUnbounded<object>();
    readonly List<HostReceiveEndpointHandle> endpoints = [];

    ReplayInbox()
    {
    }

    /// <summary>A <see cref="CaptionsScored"/> or <see cref="CaptionsRendered"/> of the replay at a time.</summary>
    public ChannelReader<object> Answers => answers.Reader;

    /// <summary>Begins to listen.</summary>
    /// <param name="bus">A bus that was started.</param>
    /// <param name="replayId">The replay.</param>
    /// <param name="isDrawn">Whether captions are drawn for it.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<ReplayInbox> OpenAsync(IBusControl bus, Guid replayId, bool isDrawn, CancellationToken cancellation)
    {
        var inbox = new ReplayInbox();
        // Raw JSON does not say its type: each message has a queue of its own.
        inbox.Listen<CaptionsScored>(bus, replayId, "scores", message => message.RunId == replayId);
        if (isDrawn) inbox.Listen<CaptionsRendered>(bus, replayId, "drawings", message => message.RunId == replayId);
        await Task.WhenAll(inbox.endpoints.Select(endpoint => endpoint.Ready)).WaitAsync(cancellation);
        return inbox;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var endpoint in endpoints) await endpoint.StopAsync();
    }

    void Listen<T>(IBusControl bus, Guid replayId, string what, Func<T, bool> isMine)
        where T : class
    {
        // Two processes that replay the same, one of them by mistake, must not share the answers.
        var queue = $"replay-{what}-{replayId:N}-{Guid.NewGuid():N}";
        endpoints.Add(bus.ConnectReceiveEndpoint(queue, endpoint =>
        {
            // Nothing in it is worth a disk's time, which whoever answers would wait for.
            if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
                (rabbit.Durable, rabbit.AutoDelete, rabbit.Exclusive) = (false, true, true);
            endpoint.PublishFaults = false;
            endpoint.Handler<T>(async context =>
            {
                if (isMine(context.Message)) await answers.Writer.WriteAsync(context.Message);
            });
        }));
    }
}
