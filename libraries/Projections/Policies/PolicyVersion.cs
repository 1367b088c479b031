using Npgsql;
using Pipeline.Projections.CatchUp;

namespace Pipeline.Projections.Policies;

/// <summary>A version of a run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Version">The version; 0 is where the run began.</param>
/// <param name="Checkpoint">SHA-256 of its checkpoint's manifest.</param>
/// <param name="Weights">SHA-256 of its model.safetensors; null for version 0, of which no event says it.</param>
/// <param name="Captions">How many captions the step learned from that made it.</param>
/// <param name="Made">When it was made.</param>
public sealed record PolicyVersion(Guid RunId, int Version, string Checkpoint, string? Weights, int Captions, DateTimeOffset Made)
{
    const string Columns = "select p.run_id, p.version, p.checkpoint, p.weights, p.captions, p.made from projection_policies p";

    /// <summary>The versions whose weights or checkpoint have that SHA-256, oldest first.</summary>
    internal static Task<IReadOnlyList<PolicyVersion>> WithHashAsync(NpgsqlDataSource database, string sha256, CancellationToken cancellation) =>
        Sql.QueryAsync(database, $"{Columns} where p.weights = $1 or p.checkpoint = $1 order by p.made, p.run_id, p.version", Read, cancellation, sha256);

    /// <summary>The versions that learned from a caption first hand.</summary>
    internal static Task<IReadOnlyList<PolicyVersion>> LearnedFromAsync(NpgsqlDataSource database, Guid captionId, CancellationToken cancellation) =>
        Sql.QueryAsync(
            database,
            $"{Columns} where (p.run_id, p.version) in (select run_id, version from projection_learned where caption_id = $1) order by p.made, p.run_id, p.version",
            Read, cancellation, captionId);

    /// <summary>A run's versions from <paramref name="from"/> on, in order; at most <paramref name="limit"/>.</summary>
    internal static Task<IReadOnlyList<PolicyVersion>> OfRunAsync(
        NpgsqlDataSource database, Guid runId, int from, int limit, CancellationToken cancellation) =>
        Sql.QueryAsync(
            database, $"{Columns} where p.run_id = $1 and p.version >= $2 order by p.version limit $3", Read, cancellation, runId, from, limit);

    /// <summary>The newest version of a run.</summary>
    internal static async Task<int> NewestAsync(NpgsqlDataSource database, Guid runId, CancellationToken cancellation) =>
        (await Sql.QueryAsync(
            database, "select version from projection_policies where run_id = $1 order by version desc limit 1", row => row.GetInt32(0), cancellation,
            runId)).SingleOrDefault();

    /// <summary>The runs that began from one of the versions of <paramref name="runId"/>, from <paramref name="version"/> on.</summary>
    internal static Task<IReadOnlyList<PolicyVersion>> BegunFromAsync(
        NpgsqlDataSource database, Guid runId, int version, CancellationToken cancellation) =>
        Sql.QueryAsync(
            database,
            $"""
            {Columns} join projection_policies origin on origin.checkpoint = p.checkpoint
            where origin.run_id = $1 and origin.version >= $2 and origin.version > 0 and p.version = 0 and p.run_id <> $1 order by p.made, p.run_id
            """,
            Read, cancellation, runId, version);

    static PolicyVersion Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetInt32(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), row.GetInt32(4),
        row.GetFieldValue<DateTimeOffset>(5));
}
