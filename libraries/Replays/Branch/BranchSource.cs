using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Learning.PlanStep;
using Pipeline.Learning.Steps;

namespace Pipeline.Replays;

/// <summary>What a branch learns from: the steps of a run and a replay's scores of their captions.</summary>
public sealed class BranchSource
{
    readonly EventAppender events;
    readonly BranchSettings branch;
    readonly IReadOnlyDictionary<int, StepOpened> steps;
    readonly IReadOnlyDictionary<Guid, CaptionRescored> scores;

    BranchSource(
        EventAppender events, BranchSettings branch, IReadOnlyDictionary<int, StepOpened> steps,
        IReadOnlyDictionary<Guid, CaptionRescored> scores) =>
        (this.events, this.branch, this.steps, this.scores) = (events, branch, steps, scores);

    /// <summary>Reads the run's stream and the replay's.</summary>
    /// <exception cref="ReplayException">The replay is not whole, not of that run, or has not scored every caption of the steps.</exception>
    public static async Task<BranchSource> LoadAsync(
        EventAppender events, BranchSettings branch, int count, CancellationToken cancellation)
    {
        var run = await RecordedRun.LoadAsync(events, branch.RunId, cancellation);
        var replay = await ReplayJournal.FindAsync(events, branch.ReplayId, cancellation)
            ?? throw new ReplayException($"there is no replay {branch.ReplayId}");
        if (replay.Replay.RunId != branch.RunId) throw new ReplayException($"replay {branch.ReplayId} is of run {replay.Replay.RunId}, not of {branch.RunId}");
        if (replay.Completed is null) throw new ReplayException($"replay {branch.ReplayId} is not finished");
        var steps = run.Steps.ToDictionary(step => step.Step);
        for (var step = branch.FirstStep; step < branch.FirstStep + count; step++)
        {
            if (!steps.TryGetValue(step, out var opened)) throw new ReplayException($"run {branch.RunId} has not learned in step {step}");
            var scored = opened.Captions.Count(caption => replay.Scores.ContainsKey(caption.CaptionId));
            if (scored < opened.Captions.Count)
                throw new ReplayException($"replay {branch.ReplayId} has scored {scored} of the {opened.Captions.Count} captions of step {step}");
        }
        return new(events, branch, steps, replay.Scores);
    }

    /// <summary>A step of the branch as it is opened.</summary>
    public StepOpened Step(Guid runId, int step) => StepPlan.OfBranch(runId, branch, steps[branch.FirstStep + step]);

    /// <summary>What an opened step learns from.</summary>
    /// <exception cref="IncompleteStepException">A caption is not in the store.</exception>
    public async Task<StepRecord> RecordAsync(StepOpened opened, CancellationToken cancellation) => StepRecord.FromReplay(
        opened, await events.LoadAsync<CaptionSampled>(opened.Captions.Select(caption => Streams.Caption(caption.CaptionId)), cancellation), scores);
}
