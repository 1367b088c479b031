using Npgsql;
using Pipeline.Contracts;
using Pipeline.Projections.CatchUp;

namespace Pipeline.Projections.Captions;

/// <summary>Reads captions with all that happened to them, by what they were written for.</summary>
static class CaptionReader
{
    const string Select = CaptionTimeline.Select;

    /// <summary>These captions, in no particular order.</summary>
    public static Task<IReadOnlyList<CaptionTimeline>> WithIdsAsync(NpgsqlDataSource database, Guid[] captionIds, CancellationToken cancellation) =>
        Sql.QueryAsync(database, $"{Select} where c.caption_id = any($1)", CaptionTimeline.Of, cancellation, captionIds);

    /// <summary>A picture's captions in the order in which they were written, those after a number.</summary>
    public static Task<IReadOnlyList<CaptionTimeline>> OfPictureAsync(
        NpgsqlDataSource database, string picture, Guid? runId, long after, int limit, CancellationToken cancellation) => runId is { } id
        ? Sql.QueryAsync(
            database,
            $"""
            {Select}
            where c.picture = $1 and c.run_id = $4 and c.number > $2
                and c.number >= (select oldest_number from projection_picture_counts where picture = $1 and run_id = $4)
                and c.number <= (select newest_number from projection_picture_counts where picture = $1 and run_id = $4)
            order by c.number limit $3
            """,
            CaptionTimeline.Of, cancellation, picture, after, limit, id)
        : Sql.QueryAsync(
            database, $"{Select} where c.picture = $1 and c.number > $2 and c.purpose <> 'probe' order by c.number limit $3", CaptionTimeline.Of,
            cancellation, picture, after, limit);

    /// <summary>An evaluation's captions in its order, those that are written.</summary>
    public static Task<IReadOnlyList<CaptionTimeline>> OfEvaluationAsync(
        NpgsqlDataSource database, Guid runId, int version, string split, DecodingMode mode, CancellationToken cancellation) =>
        Sql.QueryAsync(
            database, $"{Select} where m.run_id = $1 and m.version = $2 and m.split = $3 and m.mode = $4 order by m.place", CaptionTimeline.Of,
            cancellation, runId, version, split, mode.ToString().ToLowerInvariant());

    /// <summary>The captions that a version learned from, in the order of its event.</summary>
    public static Task<IReadOnlyList<CaptionTimeline>> LearnedByAsync(
        NpgsqlDataSource database, Guid runId, int version, CancellationToken cancellation) =>
        Sql.QueryAsync(
            database,
            $"{Select} join projection_learned l on l.caption_id = c.caption_id where l.run_id = $1 and l.version = $2 order by l.place",
            CaptionTimeline.Of, cancellation, runId, version);
}
