using Npgsql;
using Pipeline.Projections.Captions;
using Pipeline.Projections.CatchUp;

namespace Pipeline.Projections.Pictures;

/// <summary>A picture that has captions.</summary>
/// <param name="Picture">Its SHA-256.</param>
/// <param name="Captions">How many captions of it were written, to be learned from or to measure.</param>
/// <param name="Newest">The newest of them.</param>
public sealed record CaptionedPicture(string Picture, long Captions, CaptionTimeline Newest)
{
    internal static async Task<IReadOnlyList<CaptionedPicture>> PageAsync(
        NpgsqlDataSource database, Guid? runId, string after, int limit, CancellationToken cancellation)
    {
        var ofRun = runId is null ? "" : "and run_id = $3";
        var counts = await Sql.QueryAsync(
            database,
            $"""
            select picture, sum(captions)::bigint, (array_agg(newest order by newest_number desc))[1] from projection_picture_counts
            where picture > $1 {ofRun} group by picture order by picture limit $2
            """,
            row => (Picture: row.GetString(0), Captions: row.GetInt64(1), Newest: row.GetGuid(2)), cancellation,
            runId is { } id ? [after, limit, id] : [after, limit]);
        var captions = (await CaptionReader.WithIdsAsync(database, [.. counts.Select(count => count.Newest)], cancellation))
            .ToDictionary(caption => caption.CaptionId);
        return [.. counts.Select(count => new CaptionedPicture(count.Picture, count.Captions, captions[count.Newest]))];
    }
}
