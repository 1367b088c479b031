using Npgsql;
using Pipeline.Hosting;

namespace Pipeline.Seeding;

/// <summary>A made-up run, its replay and its branch, as they lie in a store: every projection and page takes them for real ones.</summary>
/// <param name="RunId">The run, completed.</param>
/// <param name="ReplayId">The replay of some of its captions, completed.</param>
/// <param name="BranchId">The run that learned from the replay's scores, completed.</param>
/// <param name="Train">SHA-256 of each training picture.</param>
/// <param name="HeldOut">SHA-256 of each held-out picture.</param>
/// <param name="Events">How many events were written.</param>
public sealed record SeededRun(
    Guid RunId, Guid ReplayId, Guid BranchId, IReadOnlyList<string> Train, IReadOnlyList<string> HeldOut, long Events)
{
    /// <summary>
    /// Writes it in one transaction, which keeps other writers waiting. The schema is there already. Written again with the same options it is
    /// another run, as one is that is started again.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no steps, captions or pictures, or more pictures than the pack has.</exception>
    public static async Task<SeededRun> WriteAsync(
        NpgsqlDataSource database, IBlobStore blobs, SeedOptions options, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.CaptionsPerStep, 1);
        var pack = await PackPictures.LoadAsync(blobs, options.Pictures, cancellation);
        var began = DateTime.UtcNow.AddSeconds(-RunHistory.SecondsPerStep * (options.Steps + options.BranchSteps + 1000));
        await using var store = await EventCopy.BeginAsync(database, began, cancellation);
        var run = new RunHistory(options, pack, await store.AttemptAsync(options, pack, cancellation));
        foreach (var events in run.Steps()) await store.WriteAsync(events, cancellation);
        var replay = new ReplayHistory(run);
        await store.WriteAsync(replay.Events(), cancellation);
        var branch = new BranchHistory(run, replay);
        await store.WriteAsync(branch.Events(), cancellation);
        await store.CommitAsync(cancellation);
        return new(run.RunId, replay.ReplayId, branch.RunId, pack.TrainPictures, pack.HeldOutPictures, store.Written);
    }
}
