using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Pipeline.Learner.DriveRuns;

/// <summary>News of a micro-batch: it was sampled, or one reward scored it.</summary>
/// <param name="BatchId">The micro-batch.</param>
/// <param name="Reward">The reward that scored it; null when it was sampled.</param>
/// <param name="ElapsedMs">How long the work took, in milliseconds.</param>
public sealed record Arrival(Guid BatchId, string? Reward, double ElapsedMs);

/// <summary>
/// Where consumers leave news for the loop of a run. It holds hints, not state: news for a run that has no loop here is dropped, since the
/// loop reads the store when it starts and again whenever it waits too long.
/// </summary>
public sealed class ScoreInbox
{
    readonly ConcurrentDictionary<Guid, Channel<Arrival>> boxes = [];

    /// <summary>Opens the box of a run; the loop reads it until it calls <see cref="Close"/>.</summary>
    public ChannelReader<Arrival> Open(Guid runId) => (boxes[runId] = Channel.CreateUnbounded<Arrival>()).Reader;

    /// <summary>Closes the box of a run.</summary>
    public void Close(Guid runId) => boxes.TryRemove(runId, out _);

    /// <summary>Leaves news for a run.</summary>
    public void Deliver(Guid runId, Arrival arrival)
    {
        if (boxes.TryGetValue(runId, out var box)) box.Writer.TryWrite(arrival);
    }
}
