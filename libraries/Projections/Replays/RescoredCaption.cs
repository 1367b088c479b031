using System.Globalization;
using Npgsql;
using Pipeline.Contracts;
using Pipeline.Projections.CatchUp;

namespace Pipeline.Projections.Replays;

/// <summary>A caption that a replay scored, beside what is recorded of it.</summary>
/// <param name="CaptionId">The caption.</param>
/// <param name="Step">Its step, counted from 0.</param>
/// <param name="PolicyVersion">The version that wrote it.</param>
/// <param name="Picture">SHA-256 of the picture that it describes.</param>
/// <param name="Text">What it says.</param>
/// <param name="Old">The recorded score of the reward that is compared with; null when there is none.</param>
/// <param name="New">The replay's score.</param>
public sealed record RescoredCaption(Guid CaptionId, int Step, int PolicyVersion, string Picture, string Text, double? Old, double New)
{
    /// <summary>The captions of a replay that are scored so far, in the order in which they were.</summary>
    internal static Task<IReadOnlyList<RescoredCaption>> LoadAsync(
        NpgsqlDataSource database, Guid replayId, string against, CancellationToken cancellation) =>
        Sql.QueryAsync(
            database,
            """
            select c.caption_id, c.step, c.policy_version, c.picture, c.says,
                (select s ->> 'score' from jsonb_array_elements(c.scores) s where s ->> 'reward' = $2 limit 1), r.data ->> 'score'
            from mt_events r join projection_captions c on c.caption_id = (r.data ->> 'captionId')::uuid
            where r.stream_id = $1 and r.type = 'caption_rescored.v1' order by r.version
            """,
            row => new RescoredCaption(
                row.GetGuid(0), row.GetInt32(1), row.GetInt32(2), row.GetString(3), row.GetString(4), row.IsDBNull(5) ? null : Number(row.GetString(5)),
                Number(row.GetString(6))),
            cancellation, Streams.Replay(replayId), against);

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
