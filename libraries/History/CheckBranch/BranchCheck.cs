using Pipeline.Contracts;
using Pipeline.History.CheckBlobs;
using Pipeline.History.CheckCaptions;
using Pipeline.History.ReadEvents;
using Pipeline.Learning.PlanStep;
using Pipeline.Learning.Steps;
using Pipeline.Models.Tokenizers;

namespace Pipeline.History.CheckBranch;

/// <summary>
/// What a branch learned from, elsewhere in the store: the other run's steps and their captions, each checked as that run's audit would, and
/// the replay. The other run's versions are not checked here, but the one that the branch begins with.
/// </summary>
sealed class BranchCheck
{
    readonly BranchSettings branch;
    readonly RunSettings settings;
    readonly IReadOnlyDictionary<int, StepOpened> steps;
    readonly CaptionCheck captions;
    readonly ReplayCheck replay;

    BranchCheck(
        BranchSettings branch, RunSettings settings, IReadOnlyDictionary<int, StepOpened> steps, CaptionCheck captions, ReplayCheck replay) =>
        (this.branch, this.settings, this.steps, this.captions, this.replay) = (branch, settings, steps, captions, replay);

    /// <summary>Reads the other run's stream and the replay's.</summary>
    public static async Task<BranchCheck> ReadAsync(
        EventStreams streams, ReadEvent by, BranchSettings branch, Gpt2Tokenizer? tokenizer, BlobCheck blobs, AuditReport report,
        CancellationToken cancellation)
    {
        var run = await streams.ReadAsync(Streams.Run(branch.RunId), cancellation);
        if (run.Count == 0 || run[0].Data is not RunStarted started)
            throw BadHistoryException.At(Streams.Run(branch.RunId), 1, "run_started.v1", "the run that the branch learned from is missing");
        // What was dropped on purpose when that run was put away is not missed here either.
        blobs.Drop(run.Select(@event => @event.Data).OfType<RunArchived>().SelectMany(archived => archived.Dropped));
        var made = run.Select(@event => @event.Data).OfType<PolicyUpdated>().DistinctBy(version => version.Version)
            .ToDictionary(version => version.Version);
        var point = branch.Parent.Version == 0 ? started.Settings.Captioner : made.GetValueOrDefault(branch.Parent.Version)?.Checkpoint;
        if (point != branch.Parent.Checkpoint)
            throw by.Bad(
                $"settings.branch.parent.checkpoint: expected {point ?? "nothing"}, version {branch.Parent.Version} of run {branch.RunId}, found "
                + branch.Parent.Checkpoint);

        StepOpened[] steps =
        [
            .. run.Select(@event => @event.Data).OfType<StepOpened>().Where(step => made.ContainsKey(step.Step + 1))
                .DistinctBy(step => step.Step).OrderBy(step => step.Step),
        ];
        var replay = ReplayCheck.Of(
            await streams.ReadAsync(Streams.Replay(branch.ReplayId), cancellation), branch,
            [.. steps.SelectMany(step => step.Captions).Select(caption => caption.CaptionId)]);
        foreach (var @event in replay.Events)
            foreach (var image in ((CaptionRescored)@event.Data).Images ?? [])
                if (image.Sha256 is { } picture) blobs.Want(picture, $"drawing {image.Sample}", @event);
        return new(
            branch, started.Settings, steps.ToDictionary(step => step.Step), new CaptionCheck(streams, started.Settings, tokenizer, report), replay);
    }

    /// <summary>A step of the branch as it must have been opened; null when the other run has not learned so far.</summary>
    public StepOpened? Step(Guid runId, int step) =>
        steps.TryGetValue(branch.FirstStep + step, out var recorded) ? StepPlan.OfBranch(runId, branch, recorded) : null;

    /// <summary>The captions of a step, and what the branch learned from them.</summary>
    public async Task<(CaptionEvents Captions, StepRecord Record)> ReadAsync(ReadEvent by, StepOpened opened, CancellationToken cancellation)
    {
        var recorded = steps[branch.FirstStep + opened.Step];
        var events = await captions.ReadAsync(Work.Of(recorded, settings), isClosed: true, cancellation);
        try
        {
            return (events, StepRecord.FromReplay(opened, events.Sampled, replay.Scores));
        }
        catch (IncompleteStepException missing)
        {
            throw by.Bad(missing.Message);
        }
    }
}
