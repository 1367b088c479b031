using Npgsql;
using Pipeline.Projections.CatchUp;

namespace Pipeline.Projections.Captions;

/// <summary>One row per caption: what it was asked for, what it says, what was drawn of it, and every reward's score.</summary>
sealed class CaptionTimelines : IProjection
{
    const string Written =
        $"""
        insert into projection_captions (
            caption_id, run_id, step, purpose, picture, sample, seed, policy_version, checkpoint, says, written, mode, number)
        select
            (data ->> 'captionId')::uuid, (data ->> 'runId')::uuid, (data ->> 'step')::int, lower(data ->> 'purpose'), data ->> 'pictureSha256',
            (data ->> 'sample')::int, (data ->> 'seed')::bigint, (data -> 'policy' ->> 'version')::int, data -> 'policy' ->> 'checkpoint',
            data ->> 'text', e.timestamp, lower(data -> 'decoding' ->> 'mode'), e.seq_id
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

    /// <summary>A caption does not say which evaluation it is of; the evaluation does when it is opened.</summary>
    const string Measuring =
        $"""
        insert into projection_measuring (caption_id, run_id, version, split, mode, place)
        select
            (captions.request ->> 'captionId')::uuid, (data ->> 'runId')::uuid, (data -> 'policy' ->> 'version')::int, data ->> 'split',
            lower(data -> 'decoding' ->> 'mode'), place
        from mt_events e cross join lateral jsonb_array_elements(data -> 'captions') with ordinality as captions (request, place)
        where e.type = 'evaluation_opened.v1' and {Sql.InRange}
        on conflict (caption_id) do nothing
        """;

    public string Name => "captions";

    public IReadOnlyList<string> Tables => ["projection_captions", "projection_measuring"];

    public string Definition =>
        """
        create table projection_captions (
            caption_id uuid primary key, run_id uuid not null, step int not null, purpose text not null, picture text not null,
            sample int not null, seed bigint not null, policy_version int not null, checkpoint text not null, says text not null,
            written timestamptz not null, mode text not null, number bigint not null, drawings jsonb not null default '[]',
            scores jsonb not null default '[]') with (fillfactor = 70);
        create index projection_captions_picture on projection_captions (picture, number);
        create table projection_measuring (
            caption_id uuid primary key, run_id uuid not null, version int not null, split text not null, mode text not null, place bigint not null);
        create index projection_measuring_evaluation on projection_measuring (run_id, version);
        """;

    /// <remarks>A caption is written before it is drawn or scored, so its row is there.</remarks>
    public async Task TakeAsync(NpgsqlConnection database, long after, long upTo, CancellationToken cancellation)
    {
        foreach (var sql in (string[])[Measuring, Written, Drawn, Scored]) await Sql.TakeAsync(database, sql, after, upTo, cancellation);
    }
}
