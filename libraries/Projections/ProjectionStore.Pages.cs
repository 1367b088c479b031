using Pipeline.Contracts;
using Pipeline.Projections.Activity;
using Pipeline.Projections.Captions;
using Pipeline.Projections.Figures;
using Pipeline.Projections.Pictures;
using Pipeline.Projections.Policies;
using Pipeline.Projections.Replays;
using Pipeline.Projections.Runs;

namespace Pipeline.Projections;

// Questions of pages: lists in parts, each of which is found by an index, and the figures of whole runs.
public sealed partial class ProjectionStore
{
    /// <summary>One run; null when there is none of that id.</summary>
    public async Task<RunSummary?> RunAsync(Guid runId, CancellationToken cancellation = default)
    {
        await UpToDateAsync(cancellation, Runs);
        return await RunSummaries.FindAsync(database, runId, cancellation);
    }

    /// <summary>The runs that began from another run's version, and from which.</summary>
    public async Task<IReadOnlyList<RunOrigin>> OriginsAsync(CancellationToken cancellation = default)
    {
        await UpToDateAsync(cancellation, Runs, Policies);
        return await RunOrigin.AllAsync(database, cancellation);
    }

    /// <summary>A run's versions from <paramref name="from"/> on, in order; at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<PolicyVersion>> PoliciesOfAsync(
        Guid runId, int from = 0, int limit = 100, CancellationToken cancellation = default)
    {
        await UpToDateAsync(cancellation, Policies);
        return await PolicyVersion.OfRunAsync(database, runId, from, limit, cancellation);
    }

    /// <summary>A run's figures: of the steps after <paramref name="afterStep"/>, and the evaluations of that version and later ones.</summary>
    /// <returns>No step and no name when there is no such run, or before its first step.</returns>
    public async Task<RunFigureTable> FiguresAsync(Guid runId, int afterStep = 0, CancellationToken cancellation = default)
    {
        await UpToDateAsync(cancellation, Figures);
        return await FigureReader.LoadAsync(database, runId, afterStep, cancellation);
    }

    /// <summary>
    /// What each of several runs learns from, its trained rewards' means in their weights, in few points: its steps are divided evenly, and each
    /// part's mean is a point. Runs without a step are left out.
    /// </summary>
    /// <param name="runs">The runs.</param>
    /// <param name="points">At most so many points a run; a run of fewer steps has one for each.</param>
    /// <param name="cancellation">Cancels.</param>
    public async Task<IReadOnlyDictionary<Guid, IReadOnlyList<double>>> SparklinesAsync(
        IReadOnlyCollection<Guid> runs, int points, CancellationToken cancellation = default)
    {
        await UpToDateAsync(cancellation, Runs, Figures);
        return await Sparklines.LoadAsync(database, runs, points, cancellation);
    }

    /// <summary>Pictures that have captions, by their SHA-256: those after <paramref name="after"/>, at most <paramref name="limit"/>.</summary>
    /// <param name="runId">Only captions of this run count; null for those of all runs.</param>
    /// <param name="after">The last picture of the page before; empty for the first page.</param>
    /// <param name="limit">How many.</param>
    /// <param name="cancellation">Cancels.</param>
    public async Task<IReadOnlyList<CaptionedPicture>> CaptionedPicturesAsync(
        Guid? runId, string after = "", int limit = 50, CancellationToken cancellation = default)
    {
        // In this order: the captions are then never older than the counts that name them.
        await UpToDateAsync(cancellation, Pictures, Captions);
        return await CaptionedPicture.PageAsync(database, runId, after, limit, cancellation);
    }

    /// <summary>A picture's captions, to learn from and of evaluations, in the order in which they were written.</summary>
    /// <param name="picture">Its SHA-256.</param>
    /// <param name="runId">Only this run's; null for those of all runs.</param>
    /// <param name="after">The number (<see cref="CaptionTimeline.Number"/>) of the last caption of the page before; 0 for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellation">Cancels.</param>
    public async Task<IReadOnlyList<CaptionTimeline>> PictureCaptionsAsync(
        string picture, Guid? runId = null, long after = 0, int limit = 50, CancellationToken cancellation = default)
    {
        // In this order: the counts are then never older than the captions that they bound.
        await UpToDateAsync(cancellation, Captions, Pictures);
        return await CaptionReader.OfPictureAsync(database, picture, runId, after, limit, cancellation);
    }

    /// <summary>
    /// The captions that a version learned from, in the order of its event. For a branch the replay's score, which it learned from, is the last
    /// of each caption's scores.
    /// </summary>
    public async Task<IReadOnlyList<RewardedCaption>> LearnedByAsync(Guid runId, int version, CancellationToken cancellation = default)
    {
        var run = await RunAsync(runId, cancellation);
        await UpToDateAsync(cancellation, Policies, Captions);
        var captions = await CaptionReader.LearnedByAsync(database, runId, version, cancellation);
        if (run?.Settings.Branch is { } branch) captions = await RewardedCaption.RescoredAsync(database, branch.ReplayId, captions, cancellation);
        return RewardedCaption.Of(run, captions);
    }

    /// <summary>The captions of an evaluation in its order, those that are written.</summary>
    public async Task<IReadOnlyList<RewardedCaption>> EvaluationCaptionsAsync(
        Guid runId, int version, string split, DecodingMode mode, CancellationToken cancellation = default)
    {
        var run = await RunAsync(runId, cancellation);
        await UpToDateAsync(cancellation, Captions);
        return RewardedCaption.Of(run, await CaptionReader.OfEvaluationAsync(database, runId, version, split, mode, cancellation));
    }

    /// <summary>Replays of all runs, newest first.</summary>
    public async Task<IReadOnlyList<ReplayProgress>> ReplaysAsync(int skip = 0, int limit = 50, CancellationToken cancellation = default)
    {
        await UpToDateAsync(cancellation, Replayed);
        return await ReplayProgress.PageAsync(database, skip, limit, cancellation);
    }

    /// <summary>One replay; null when there is none of that id.</summary>
    public async Task<ReplayProgress?> ReplayAsync(Guid replayId, CancellationToken cancellation = default)
    {
        await UpToDateAsync(cancellation, Replayed);
        return await ReplayProgress.FindAsync(database, replayId, cancellation);
    }

    /// <summary>The captions that a replay has scored, beside what is recorded of them.</summary>
    /// <param name="replayId">The replay.</param>
    /// <param name="against">The recorded reward to compare with.</param>
    /// <param name="cancellation">Cancels.</param>
    public async Task<IReadOnlyList<RescoredCaption>> RescoredAsync(Guid replayId, string against, CancellationToken cancellation = default)
    {
        await UpToDateAsync(cancellation, Captions);
        return await RescoredCaption.LoadAsync(database, replayId, against, cancellation);
    }

    /// <summary>The last event of every service, by the service's name.</summary>
    public async Task<IReadOnlyList<LastEvent>> LastEventsAsync(CancellationToken cancellation = default)
    {
        await UpToDateAsync(cancellation, Activity);
        return await LastEvent.AllAsync(database, cancellation);
    }
}
