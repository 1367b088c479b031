using Npgsql;
using Pipeline.Projections.CatchUp;

namespace Pipeline.Projections.Runs;

/// <summary>Where a run's version 0 comes from, when that is another run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Name">Its name.</param>
/// <param name="Parent">The run that it began from.</param>
/// <param name="ParentVersion">The version that its version 0 is.</param>
/// <param name="ReplayId">The replay whose scores it learns from, for a branch; null for a run that only took the checkpoint.</param>
public sealed record RunOrigin(Guid RunId, string Name, Guid Parent, int ParentVersion, Guid? ReplayId)
{
    /// <summary>Of every run that has one, in the order in which the runs were started. Runs that share a checkpoint are each a parent.</summary>
    internal static Task<IReadOnlyList<RunOrigin>> AllAsync(NpgsqlDataSource database, CancellationToken cancellation) => Sql.QueryAsync(
        database,
        """
        select run_id, name, parent, version, replay
        from (
            select
                number, run_id, summary -> 'settings' ->> 'name' as name, (summary -> 'settings' -> 'branch' ->> 'runId')::uuid as parent,
                (summary -> 'settings' -> 'branch' -> 'parent' ->> 'version')::int as version,
                (summary -> 'settings' -> 'branch' ->> 'replayId')::uuid as replay
            from projection_runs where summary -> 'settings' -> 'branch' ->> 'runId' is not null
            union all
            select r.number, r.run_id, r.summary -> 'settings' ->> 'name', origin.run_id, origin.version, null
            from projection_runs r
            join projection_policies p on p.run_id = r.run_id and p.version = 0
            join projection_policies origin on origin.checkpoint = p.checkpoint and origin.version > 0 and origin.run_id <> r.run_id
            where r.summary -> 'settings' -> 'branch' ->> 'runId' is null) origins
        order by number, parent, version
        """,
        row => new RunOrigin(row.GetGuid(0), row.GetString(1), row.GetGuid(2), row.GetInt32(3), row.IsDBNull(4) ? null : row.GetGuid(4)), cancellation);
}
