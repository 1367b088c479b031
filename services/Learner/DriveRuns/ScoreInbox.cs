using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Pipeline.Learner.DriveRuns;

/// <summary>What was done to captions.</summary>
public enum Stage
{
    /// <summary>They were written.</summary>
    Sample,

    /// <summary>They were drawn.</summary>
    Render,

    /// <summary>A reward scored them.</summary>
    Score,
}

/// <summary>News of captions of a micro-batch, all of them or a part.</summary>
/// <param name="BatchId">The micro-batch.</param>
/// <param name="Stage">What was done.</param>
/// <param name="Captions">To which captions.</param>
/// <param name="ElapsedMs">How long it took, in milliseconds.</param>
/// <param name="Reward">The reward that scored them; null unless they were scored.</param>
/// <param name="FirstSample">Which of their pictures was drawn first; 0 unless they were drawn.</param>
public sealed record Arrival(
    Guid BatchId, Stage Stage, IReadOnlyList<Guid> Captions, double ElapsedMs, string? Reward = null, int FirstSample = 0);

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
