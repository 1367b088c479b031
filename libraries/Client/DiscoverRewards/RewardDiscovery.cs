using Pipeline.Hosting;

namespace Pipeline.Client;

/// <summary>Asks the broker which rewards there are.</summary>
public sealed class RewardDiscovery(PipelineOptions options)
{
    /// <summary>A service that was just started may not have declared its queue yet, and the management API may not show it yet.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>The rewards that are offered, looked for until all of <paramref name="asked"/> are among them or patience ends.</summary>
    /// <param name="asked">The rewards that matter; none for whichever there are.</param>
    /// <param name="cancellation">Cancels.</param>
    public async Task<OfferedRewards> FindAsync(IReadOnlyCollection<string> asked, CancellationToken cancellation)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (true)
        {
            var offered = await NowAsync(asked, cancellation);
            var isFound = asked.Count == 0 ? offered.All.Count > 0 : asked.All(offered.Offers);
            if (isFound || DateTime.UtcNow > deadline) return offered;
            await Task.Delay(Pause, cancellation);
        }
    }

    /// <summary>The rewards that are offered at this moment: all of them, or without the management API those among <paramref name="asked"/>.</summary>
    /// <remarks>Without it nobody lists queues, but the broker says of each whether it is there.</remarks>
    public async Task<OfferedRewards> NowAsync(IReadOnlyCollection<string> asked, CancellationToken cancellation)
    {
        if (await Queue.AllAsync(options, cancellation) is { } all) return OfferedRewards.Of(all.Select(queue => queue.Name));
        var there = await QueueProbe.MessagesAsync(options.RabbitMq, asked.SelectMany(OfferedRewards.Queues), cancellation);
        return OfferedRewards.Of(there.Keys, isWhole: false);
    }
}
