using Npgsql;

namespace Pipeline.Projections.CatchUp;

/// <summary>How far a projection is.</summary>
/// <param name="Name">The projection.</param>
/// <param name="Done">Events of the store that it has taken.</param>
/// <param name="Total">How many there are to take.</param>
public readonly record struct ProjectionProgress(string Name, long Done, long Total);

/// <summary>
/// Brings projections up to date in the process that asks: no daemon runs in any service, so that workers write as fast as without
/// projections, and no answer is older than the question.
/// </summary>
sealed class ProjectionRunner(NpgsqlDataSource database, long window = 50_000)
{
    /// <summary>Takes what was appended since the last time. Several processes may do so at once: each event is taken once.</summary>
    public async Task CatchUpAsync(IProjection projection, IProgress<ProjectionProgress>? progress, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var highest = await HighWater.FindAsync(connection, cancellation);
        var first = -1L;
        while (true)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            var after = await ProjectionTables.LockAsync(connection, projection, cancellation);
            if (after >= highest)
            {
                await transaction.CommitAsync(cancellation); // in an empty store the tables are made, and there is nothing to put into them
                return;
            }

            if (first < 0) first = after;
            progress?.Report(new(projection.Name, after - first, highest - first));
            var upTo = Math.Min(after + window, highest);
            await projection.TakeAsync(connection, after, upTo, cancellation);
            await ProjectionTables.AdvanceAsync(connection, projection, upTo, cancellation);
            await transaction.CommitAsync(cancellation);
            progress?.Report(new(projection.Name, upTo - first, highest - first));
        }
    }

    /// <summary>
    /// Makes a projection again from the first event to where it is. Others see the old content until the new one is there.
    /// </summary>
    /// <returns>Whether the content is what it was.</returns>
    public async Task<RebuiltProjection> RebuildAsync(
        IProjection projection, IProgress<ProjectionProgress>? progress, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var upTo = await ProjectionTables.LockAsync(connection, projection, cancellation);
        var before = await ProjectionTables.ContentAsync(connection, projection, cancellation);
        await ProjectionTables.ClearAsync(connection, projection, cancellation);
        for (var after = 0L; after < upTo; after = Math.Min(after + window, upTo))
        {
            progress?.Report(new(projection.Name, after, upTo));
            await projection.TakeAsync(connection, after, Math.Min(after + window, upTo), cancellation);
        }
        var content = await ProjectionTables.ContentAsync(connection, projection, cancellation);
        await transaction.CommitAsync(cancellation);
        progress?.Report(new(projection.Name, upTo, upTo));
        return new(projection.Name, upTo, content.Rows, content == before);
    }
}

/// <summary>A projection that was made again.</summary>
/// <param name="Name">The projection.</param>
/// <param name="Events">How many events of the store it has taken.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="IsAsBefore">Whether its content is what it was.</param>
public sealed record RebuiltProjection(string Name, long Events, long Rows, bool IsAsBefore);
