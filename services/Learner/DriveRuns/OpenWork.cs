using System.Diagnostics;
using Pipeline.Contracts;
using Pipeline.Learner.PlanStep;

namespace Pipeline.Learner.DriveRuns;

/// <summary>A step or an evaluation under way, and what it still waits for.</summary>
public sealed class OpenWork
{
    readonly HashSet<(Guid Batch, string Reward)> missing;
    readonly HashSet<Guid> sampled = [];
    readonly Dictionary<string, double> milliseconds = [];
    readonly Stopwatch open = Stopwatch.StartNew();

    /// <summary>Work whose every score is missing.</summary>
    public OpenWork(Work work)
    {
        Work = work;
        missing = [.. work.Commands.SelectMany(command => command.Rewards.Select(reward => (command.BatchId, reward)))];
    }

    /// <summary>The commands that it consists of.</summary>
    public Work Work { get; }

    /// <summary>Whether every caption has every score.</summary>
    public bool IsComplete => missing.Count == 0;

    /// <summary>The commands of which some score is missing.</summary>
    public IEnumerable<SampleCaptions> Incomplete => Work.Commands.Where(command => missing.Any(entry => entry.Batch == command.BatchId));

    /// <summary>How many captions wait for each reward.</summary>
    public IReadOnlyDictionary<string, int> Waiting => missing
        .GroupBy(entry => entry.Reward)
        .ToDictionary(group => group.Key, group => group.Sum(entry => Work.Commands.First(command => command.BatchId == entry.Batch).Captions.Count));

    /// <summary>Takes in news; returns whether it was news to this work.</summary>
    public bool Take(Arrival arrival)
    {
        if (Work.Commands.All(command => command.BatchId != arrival.BatchId)) return false;
        var isNews = arrival.Reward is null ? sampled.Add(arrival.BatchId) : missing.Remove((arrival.BatchId, arrival.Reward));
        if (!isNews) return false;
        var stage = arrival.Reward is null ? "time/sample" : "time/score";
        milliseconds[stage] = milliseconds.GetValueOrDefault(stage) + arrival.ElapsedMs;
        return true;
    }

    /// <summary>Believes the store: what is recorded there is not missing, everything else is.</summary>
    public void Reconcile(IReadOnlyCollection<CaptionScored> recorded)
    {
        var scored = recorded.Select(score => (score.CaptionId, score.Reward)).ToHashSet();
        missing.Clear();
        foreach (var command in Work.Commands)
            foreach (var reward in command.Rewards)
                if (!command.Captions.All(caption => scored.Contains((caption.CaptionId, reward)))) missing.Add((command.BatchId, reward));
    }

    /// <summary>
    /// Milliseconds so far: <c>time/sample</c> and <c>time/score</c> as the workers reported them, <c>time/wait</c> the rest of the time since
    /// the work was opened (messages, store, queueing; 0 when workers overlapped so much that nothing is left).
    /// </summary>
    public Dictionary<string, double> Timings()
    {
        var timings = new Dictionary<string, double>(milliseconds);
        timings.TryAdd("time/sample", 0);
        timings.TryAdd("time/score", 0);
        timings["time/wait"] = Math.Max(0, open.Elapsed.TotalMilliseconds - timings["time/sample"] - timings["time/score"]);
        return timings;
    }
}
