using System.Diagnostics;
using Pipeline.Contracts;
using Pipeline.Learning.PlanStep;

namespace Pipeline.Learner.DriveRuns;

/// <summary>A step or an evaluation under way, and what it still waits for.</summary>
public sealed class OpenWork
{
    readonly HashSet<(Guid Caption, string Reward)> missing;
    readonly HashSet<(Stage Stage, Guid Caption, int FirstSample)> done = [];
    readonly HashSet<Guid> batches;
    readonly Dictionary<string, double> milliseconds = [];
    readonly Stopwatch open = Stopwatch.StartNew();

    /// <summary>Work whose every score is missing.</summary>
    public OpenWork(Work work)
    {
        Work = work;
        missing = [.. work.Commands.SelectMany(command => Expected(command))];
        batches = [.. work.Commands.Select(command => command.BatchId)];
    }

    /// <summary>The commands that it consists of.</summary>
    public Work Work { get; }

    /// <summary>Whether every caption has every score.</summary>
    public bool IsComplete => missing.Count == 0;

    /// <summary>The commands of which some score is missing.</summary>
    public IEnumerable<SampleCaptions> Incomplete => Work.Commands.Where(command => Expected(command).Any(missing.Contains));

    /// <summary>How many captions wait for each reward.</summary>
    public IReadOnlyDictionary<string, int> Waiting => missing
        .GroupBy(entry => entry.Reward).ToDictionary(group => group.Key, group => group.Count());

    /// <summary>Takes in news; returns whether it was news to this work.</summary>
    public bool Take(Arrival arrival)
    {
        if (!batches.Contains(arrival.BatchId)) return false;
        var isNews = arrival.Stage == Stage.Score
            ? arrival.Captions.Count(caption => missing.Remove((caption, arrival.Reward!))) > 0
            : arrival.Captions.Count(caption => done.Add((arrival.Stage, caption, arrival.FirstSample))) > 0;
        if (!isNews) return false;
        var stage = StageName(arrival.Stage);
        milliseconds[stage] = milliseconds.GetValueOrDefault(stage) + arrival.ElapsedMs;
        return true;
    }

    /// <summary>Believes the store: what is recorded there is not missing, everything else is.</summary>
    public void Reconcile(IReadOnlyCollection<CaptionScored> recorded)
    {
        var scored = recorded.Select(score => (score.CaptionId, score.Reward)).ToHashSet();
        missing.Clear();
        missing.UnionWith(Work.Commands.SelectMany(Expected).Where(entry => !scored.Contains(entry)));
    }

    /// <summary>
    /// Milliseconds so far: <c>time/sample</c>, <c>time/score</c> and, when captions are drawn, <c>time/render</c> as the workers reported
    /// them, <c>time/wait</c> the rest of the time since the work was opened (messages, store, queueing; 0 when workers overlapped so much
    /// that nothing is left).
    /// </summary>
    public Dictionary<string, double> Timings()
    {
        var timings = new Dictionary<string, double>(milliseconds);
        timings.TryAdd(StageName(Stage.Sample), 0);
        timings.TryAdd(StageName(Stage.Score), 0);
        timings["time/wait"] = Math.Max(0, open.Elapsed.TotalMilliseconds - milliseconds.Values.Sum());
        return timings;
    }

    static IEnumerable<(Guid, string)> Expected(SampleCaptions command) =>
        command.Captions.SelectMany(caption => command.Rewards.Select(reward => (caption.CaptionId, reward)));

    static string StageName(Stage stage) => stage switch
    {
        Stage.Sample => "time/sample",
        Stage.Render => "time/render",
        _ => "time/score",
    };
}
