using Pipeline.Cli.Status;
using Pipeline.Hosting;

namespace Pipeline.Cli.DiscoverRewards;

/// <summary>Asks the broker which rewards there are.</summary>
sealed class RewardDiscovery(PipelineOptions options)
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
            var offered = await OnceAsync(asked, cancellation);
            var isFound = asked.Count == 0 ? offered.All.Count > 0 : asked.All(offered.Offers);
            if (isFound || DateTime.UtcNow > deadline) return offered;
            await Task.Delay(Pause, cancellation);
        }
    }

    /// <summary>Without the management API nobody lists queues, but the broker says of each whether it is there.</summary>
    async Task<OfferedRewards> OnceAsync(IReadOnlyCollection<string> asked, CancellationToken cancellation)
    {
        if (await Queue.AllAsync(options, cancellation) is { } all) return OfferedRewards.Of(all.Select(queue => queue.Name));
        var there = await QueueProbe.MessagesAsync(options.RabbitMq, asked.SelectMany(OfferedRewards.Queues), cancellation);
        return OfferedRewards.Of(there.Keys, isWhole: false);
    }
}
