using Npgsql;
using Pipeline.Projections.CatchUp;

namespace Pipeline.Projections.Captions;

/// <summary>One row per caption: what it was asked for, what it says, what was drawn of it, and every reward's score.</summary>
sealed class CaptionTimelines : IProjection
{
    const string Written =
        $"""
        insert into projection_captions (
            caption_id, run_id, step, purpose, picture, sample, seed, policy_version, checkpoint, says, written)
        select
            (data ->> 'captionId')::uuid, (data ->> 'runId')::uuid, (data ->> 'step')::int, lower(data ->> 'purpose'), data ->> 'pictureSha256',
            (data ->> 'sample')::int, (data ->> 'seed')::bigint, (data -> 'policy' ->> 'version')::int, data -> 'policy' ->> 'checkpoint',
            data ->> 'text', e.timestamp
        from mt_events e where e.type = 'caption_sampled.v1' and {Sql.InRange}
        on conflict (caption_id) do nothing
        """;

    const string Drawn =
        $"""
        update projection_captions c set drawings = c.drawings || drawn.all
        from (
            select (data ->> 'captionId')::uuid as caption_id, jsonb_agg(jsonb_build_object(
                'at', e.timestamp, 'drawing', data -> 'drawing', 'model', data -> 'recipe' -> 'model', 'images', data -> 'images') order by e.version) as all
            from mt_events e where e.type = 'images_rendered.v1' and {Sql.InRange} group by 1) drawn
        where c.caption_id = drawn.caption_id
        """;

    const string Scored =
        $"""
        update projection_captions c set scores = c.scores || scored.all
        from (
            select (data ->> 'captionId')::uuid as caption_id, jsonb_agg(jsonb_build_object(
                'at', e.timestamp, 'reward', data -> 'reward', 'score', data -> 'score', 'model', data -> 'model') order by e.version) as all
            from mt_events e where e.type = 'caption_scored.v1' and {Sql.InRange} group by 1) scored
        where c.caption_id = scored.caption_id
        """;

    public string Name => "captions";

    public IReadOnlyList<string> Tables => ["projection_captions"];

    public string Definition =>
        """
        create table projection_captions (
            caption_id uuid primary key, run_id uuid not null, step int not null, purpose text not null, picture text not null,
            sample int not null, seed bigint not null, policy_version int not null, checkpoint text not null, says text not null,
            written timestamptz not null, drawings jsonb not null default '[]', scores jsonb not null default '[]') with (fillfactor = 70);
        """;

    /// <remarks>A caption is written before it is drawn or scored, so its row is there.</remarks>
    public async Task TakeAsync(NpgsqlConnection database, long after, long upTo, CancellationToken cancellation)
    {
        foreach (var sql in (string[])[Written, Drawn, Scored]) await Sql.TakeAsync(database, sql, after, upTo, cancellation);
    }
}
