using Npgsql;
using Pipeline.Projections.CatchUp;

namespace Pipeline.Projections.Pictures;

/// <summary>
/// What became of each picture, one row per run, use and version: captions of it that a version <c>wrote</c>, that a version
/// <c>learned</c> from, and that <c>measured</c> a version.
/// </summary>
sealed class PictureHistories : IProjection
{
    const string Add =
        """
        on conflict (picture, run_id, use, version) do update set
            captions = p.captions + excluded.captions, first = least(p.first, excluded.first), last = greatest(p.last, excluded.last)
        """;

    const string Captioned =
        $"""
        insert into projection_pictures as p (picture, run_id, use, version, captions, first, last)
        select
            data ->> 'pictureSha256', (data ->> 'runId')::uuid, case lower(data ->> 'purpose') when 'evaluation' then 'measured' else 'wrote' end,
            (data -> 'policy' ->> 'version')::int, count(*), min(e.timestamp), max(e.timestamp)
        from mt_events e where e.type = 'caption_sampled.v1' and lower(data ->> 'purpose') <> 'probe' and {Sql.InRange}
        group by 1, 2, 3, 4
        {Add}
        """;

    /// <summary>By the captions' own events: a run may learn from another run's captions.</summary>
    const string Learned =
        $"""
        insert into projection_pictures as p (picture, run_id, use, version, captions, first, last)
        select
            caption.data ->> 'pictureSha256', (e.data ->> 'runId')::uuid, 'learned', (e.data ->> 'version')::int, count(*), min(e.timestamp),
            max(e.timestamp)
        from mt_events e
        cross join lateral jsonb_array_elements_text(e.data -> 'captionIds') as captions (id)
        join mt_events caption on caption.stream_id = 'caption-' || captions.id and caption.version = 1
        where e.type = 'policy_updated.v1' and {Sql.InRange}
        group by 1, 2, 4
        {Add}
        """;

    /// <summary>
    /// So that a list of pictures need not add up what every version did, and that a run's captions of a picture are looked for only between the
    /// numbers of the first and the newest of them.
    /// </summary>
    const string Counted =
        $"""
        insert into projection_picture_counts as p (picture, run_id, captions, newest, oldest_number, newest_number)
        select
            data ->> 'pictureSha256', (data ->> 'runId')::uuid, count(*),
            (array_agg((data ->> 'captionId')::uuid order by e.seq_id desc))[1], min(e.seq_id), max(e.seq_id)
        from mt_events e where e.type = 'caption_sampled.v1' and lower(data ->> 'purpose') <> 'probe' and {Sql.InRange}
        group by 1, 2
        on conflict (picture, run_id) do update set
            captions = p.captions + excluded.captions, newest = excluded.newest, newest_number = excluded.newest_number
        """;

    public string Name => "pictures";

    public IReadOnlyList<string> Tables => ["projection_pictures", "projection_picture_counts"];

    /// <remarks>The operators of patterns let the index find beginnings too.</remarks>
    public string Definition =>
        """
        create table projection_pictures (
            picture text not null, run_id uuid not null, use text not null, version int not null, captions bigint not null,
            first timestamptz not null, last timestamptz not null, primary key (picture, run_id, use, version));
        create index projection_pictures_beginning on projection_pictures (picture text_pattern_ops);
        create table projection_picture_counts (
            picture text not null, run_id uuid not null, captions bigint not null, newest uuid not null, oldest_number bigint not null,
            newest_number bigint not null, primary key (picture, run_id));
        create index projection_picture_counts_run on projection_picture_counts (run_id, picture);
        """;

    public async Task TakeAsync(NpgsqlConnection database, long after, long upTo, CancellationToken cancellation)
    {
        foreach (var sql in (string[])[Captioned, Learned, Counted]) await Sql.TakeAsync(database, sql, after, upTo, cancellation);
    }
}
