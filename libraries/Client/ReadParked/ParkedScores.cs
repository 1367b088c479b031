
namespace Pipeline.Client;

/// <summary>Why rewards do not score what a run waits for: the messages that were given up, looked at now and then.</summary>
/// <param name="address">The broker's.</param>
public sealed class ParkedScores(string address)
{
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(3);

    readonly Dictionary<string, (DateTime LookedAt, uint Count, IReadOnlyList<ParkedMessage> Messages)> _queues = [];

    /// <summary>Why a reward does not score captions of a run, and where the message lies; null when nothing of them was given up.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="reward">The reward.</param>
    /// <param name="captions">The captions that are not scored.</param>
    /// <param name="cancellation">Cancels the look.</param>
    public async Task<string?> WhyNotAsync(Guid runId, string reward, IReadOnlyCollection<Guid> captions, CancellationToken cancellation)
    {
        // What it could not answer lies with the reward, what it answered wrongly with who collects the answers.
        string[] asked = [.. OfferedRewards.Queues(reward).Select(queue => $"{queue}_error")];
        const string answered = "collect-scores_error";
        await LookAsync([.. asked, answered], cancellation);

        foreach (var queue in asked)
            if (Of(queue).LastOrDefault(message => message.Mentions.Contains(runId) && captions.Any(message.Mentions.Contains)) is { } parked)
                return $"{parked.Reason} (parked in {queue})";
        return Of(answered).LastOrDefault(message => message.Mentions.Contains(runId) && message.Reward == reward) is { } refused
            ? $"{refused.Reason} (parked in {answered})" : null;
    }

    IReadOnlyList<ParkedMessage> Of(string queue) => _queues.TryGetValue(queue, out var seen) ? seen.Messages : [];

    /// <summary>Messages are read when their number has changed.</summary>
    async Task LookAsync(string[] queues, CancellationToken cancellation)
    {
        var now = DateTime.UtcNow;
        string[] due = [.. queues.Where(queue => !_queues.TryGetValue(queue, out var seen) || now - seen.LookedAt > BetweenLooks)];
        if (due.Length == 0) return;
        var counts = await QueueProbe.MessagesAsync(address, due, cancellation);
        foreach (var queue in due)
        {
            var count = counts.GetValueOrDefault(queue);
            var isKnown = _queues.TryGetValue(queue, out var seen) && seen.Count == count;
            var messages = isKnown ? seen.Messages : count == 0 ? [] : await ParkedQueue.ReadAsync(address, queue, cancellation);
            _queues[queue] = (now, count, messages);
        }
    }
}
