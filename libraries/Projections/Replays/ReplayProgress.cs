using Npgsql;
using Pipeline.Projections.CatchUp;

namespace Pipeline.Projections.Replays;

/// <summary>A replay and how far it is.</summary>
/// <param name="ReplayId">The replay.</param>
/// <param name="RunId">The run whose captions are scored again.</param>
/// <param name="Reward">The reward that scores.</param>
/// <param name="Against">The recorded reward that it is compared with.</param>
/// <param name="FirstStep">The first step whose captions are meant, counted from 0.</param>
/// <param name="LastStep">The last one.</param>
/// <param name="Captions">How many captions are to be scored.</param>
/// <param name="Scored">How many are.</param>
/// <param name="Model">What computes the scores; null before the first one.</param>
/// <param name="Started">When it was started.</param>
/// <param name="Completed">When it was completed; null when it is not.</param>
public sealed record ReplayProgress(
    Guid ReplayId, Guid RunId, string Reward, string Against, int FirstStep, int LastStep, int Captions, long Scored, string? Model,
    DateTimeOffset Started, DateTimeOffset? Completed)
{
    const string Columns =
        "select replay_id, run_id, reward, against, first_step, last_step, captions, scored, model, started, completed from projection_replays";

    /// <summary>Replays, newest first.</summary>
    internal static Task<IReadOnlyList<ReplayProgress>> PageAsync(
        NpgsqlDataSource database, int skip, int limit, CancellationToken cancellation) =>
        Sql.QueryAsync(database, $"{Columns} order by number desc offset $1 limit $2", Read, cancellation, skip, limit);

    /// <summary>One replay; null when there is none of that id.</summary>
    internal static async Task<ReplayProgress?> FindAsync(NpgsqlDataSource database, Guid replayId, CancellationToken cancellation) =>
        (await Sql.QueryAsync(database, $"{Columns} where replay_id = $1", Read, cancellation, replayId)).SingleOrDefault();

    static ReplayProgress Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetString(3), row.GetInt32(4), row.GetInt32(5), row.GetInt32(6), row.GetInt64(7),
        row.IsDBNull(8) ? null : row.GetString(8), row.GetFieldValue<DateTimeOffset>(9),
        row.IsDBNull(10) ? null : row.GetFieldValue<DateTimeOffset>(10));
}
