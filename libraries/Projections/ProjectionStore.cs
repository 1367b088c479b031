using Npgsql;
using Pipeline.Projections.Activity;
using Pipeline.Projections.Captions;
using Pipeline.Projections.CatchUp;
using Pipeline.Projections.Figures;
using Pipeline.Projections.Pictures;
using Pipeline.Projections.Policies;
using Pipeline.Projections.Replays;
using Pipeline.Projections.Runs;

namespace Pipeline.Projections;

/// <summary>
/// Questions that the events alone do not answer quickly. Before an answer the projections that it needs are brought up to date, so that none
/// is older than the question.
/// </summary>
/// <param name="database">The database of the event store.</param>
/// <param name="progress">Told how far that is; null when nobody wants to know.</param>
public sealed partial class ProjectionStore(NpgsqlDataSource database, IProgress<ProjectionProgress>? progress = null)
{
    static readonly RunSummaries Runs = new();
    static readonly PolicyVersions Policies = new();
    static readonly PictureHistories Pictures = new();
    static readonly CaptionTimelines Captions = new();
    static readonly StepFigures Figures = new();
    static readonly ServiceActivity Activity = new();
    static readonly ReplayList Replayed = new();
    static readonly IProjection[] All = [Runs, Policies, Pictures, Captions, Figures, Replayed, Activity];

    /// <summary>How many events are taken at once; tests take fewer.</summary>
    internal long Window { get; init; } = 50_000;

    ProjectionRunner Runner => new(database, Window);

    /// <summary>Every run, oldest first.</summary>
    public async Task<IReadOnlyList<RunSummary>> RunsAsync(CancellationToken cancellation = default)
    {
        await Runner.CatchUpAsync(Runs, progress, cancellation);
        return await RunSummaries.AllAsync(database, cancellation);
    }

    /// <summary>The versions whose weights or checkpoint have that SHA-256, oldest first.</summary>
    public async Task<IReadOnlyList<PolicyVersion>> PoliciesAsync(string sha256, CancellationToken cancellation = default)
    {
        await Runner.CatchUpAsync(Policies, progress, cancellation);
        return await PolicyVersion.WithHashAsync(database, sha256, cancellation);
    }

    /// <summary>The versions that learned from a caption first hand.</summary>
    public async Task<IReadOnlyList<PolicyVersion>> LearnedFromAsync(Guid captionId, CancellationToken cancellation = default)
    {
        await Runner.CatchUpAsync(Policies, progress, cancellation);
        return await PolicyVersion.LearnedFromAsync(database, captionId, cancellation);
    }

    /// <summary>
    /// Everything that carries what versions learned: their runs' versions from there on, and the runs that began from one of these.
    /// </summary>
    /// <param name="learned">The first version of each run that learned it.</param>
    /// <param name="cancellation">Cancels.</param>
    public async Task<IReadOnlyList<Descent>> DescentAsync(
        IEnumerable<(Guid RunId, int Version)> learned, CancellationToken cancellation = default)
    {
        await Runner.CatchUpAsync(Policies, progress, cancellation);
        return await Descent.FollowAsync(database, learned, cancellation);
    }

    /// <summary>The pictures whose SHA-256 begins so; at most ten.</summary>
    public async Task<IReadOnlyList<string>> PicturesAsync(string beginning, CancellationToken cancellation = default)
    {
        await Runner.CatchUpAsync(Pictures, progress, cancellation);
        return await PictureHistory.BeginningAsync(database, beginning, cancellation);
    }

    /// <summary>What became of a picture.</summary>
    public async Task<PictureHistory> PictureAsync(string sha256, CancellationToken cancellation = default)
    {
        await Runner.CatchUpAsync(Pictures, progress, cancellation);
        return await PictureHistory.LoadAsync(database, sha256, cancellation);
    }

    /// <summary>All that happened to a caption; null when it was never written.</summary>
    public async Task<CaptionTimeline?> CaptionAsync(Guid captionId, CancellationToken cancellation = default)
    {
        await Runner.CatchUpAsync(Captions, progress, cancellation);
        return (await CaptionReader.WithIdsAsync(database, [captionId], cancellation)).SingleOrDefault();
    }

    /// <summary>Brings every projection up to date.</summary>
    public Task CatchUpAsync(CancellationToken cancellation = default) => UpToDateAsync(cancellation, All);

    /// <summary>Brings up to date what questions about lineage ask, so that they are answered at once; the others would make them wait.</summary>
    public Task CatchUpLineageAsync(CancellationToken cancellation = default) =>
        UpToDateAsync(cancellation, Runs, Policies, Pictures, Captions);

    /// <summary>Brings every projection up to date, throws its content away and makes it again from the first event.</summary>
    public async Task<IReadOnlyList<RebuiltProjection>> RebuildAsync(CancellationToken cancellation = default)
    {
        await CatchUpAsync(cancellation);
        var rebuilt = new List<RebuiltProjection>();
        foreach (var projection in All) rebuilt.Add(await Runner.RebuildAsync(projection, progress, cancellation));
        return rebuilt;
    }

    async Task UpToDateAsync(CancellationToken cancellation, params IProjection[] projections)
    {
        foreach (var projection in projections) await Runner.CatchUpAsync(projection, progress, cancellation);
    }
}
