
namespace Pipeline.Client;

/// <summary>Notices that a service gives up on messages while somebody waits for its answers.</summary>
public sealed class ParkedMessages
{
    /// <summary>Between two looks: a service tries for half a minute before it parks a message.</summary>
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    readonly string _address;
    readonly Guid _replayId;
    readonly string[] _queues;
    IReadOnlyDictionary<string, uint> _before = new Dictionary<string, uint>();
    DateTime _lastLook = DateTime.UtcNow;

    ParkedMessages(string address, Guid replayId, string[] queues) => (_address, _replayId, _queues) = (address, replayId, queues);

    /// <summary>Begins to watch the queues that a replay's messages pass. What is parked there already is no news.</summary>
    public static async Task<ParkedMessages> WatchAsync(
        string address, Guid replayId, string queue, bool isDrawn, CancellationToken cancellation)
    {
        var parked = new ParkedMessages(address, replayId, isDrawn ? ["render-images_error", $"{queue}_error"] : [$"{queue}_error"]);
        parked._before = await parked.CountAsync(cancellation);
        return parked;
    }

    /// <summary>Why no answer can come any more; null when nothing was parked since.</summary>
    public async Task<string?> WhyNotAsync(CancellationToken cancellation)
    {
        if (DateTime.UtcNow - _lastLook < BetweenLooks) return null;
        _lastLook = DateTime.UtcNow;
        var now = await CountAsync(cancellation);
        var queue = _queues.FirstOrDefault(queue => now.GetValueOrDefault(queue) > _before.GetValueOrDefault(queue));
        if (queue is null) return null;
        var ours = (await ParkedQueue.ReadAsync(_address, queue, cancellation)).LastOrDefault(message => message.Mentions.Contains(_replayId));
        var reason = ours?.Reason.TrimEnd('.') ?? $"the log of the service that takes from {queue[..^"_error".Length]} says why";
        return $"a message was given up and lies in queue {queue}: {reason}. What is scored stays, and the same replay goes on from there when it is asked for again";
    }

    Task<IReadOnlyDictionary<string, uint>> CountAsync(CancellationToken cancellation) =>
        QueueProbe.MessagesAsync(_address, _queues, cancellation);
}
