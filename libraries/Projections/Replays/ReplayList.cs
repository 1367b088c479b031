using Npgsql;
using Pipeline.Projections.CatchUp;

namespace Pipeline.Projections.Replays;

/// <summary>One row per replay: what was asked for and how far it is.</summary>
sealed class ReplayList : IProjection
{
    const string Started =
        $"""
        insert into projection_replays (replay_id, run_id, reward, against, first_step, last_step, captions, started, number)
        select
            (data ->> 'replayId')::uuid, (data ->> 'runId')::uuid, data ->> 'reward', data ->> 'against', (data -> 'selection' ->> 'firstStep')::int,
            (data -> 'selection' ->> 'lastStep')::int, (data ->> 'captions')::int, e.timestamp, e.seq_id
        from mt_events e where e.type = 'replay_started.v1' and {Sql.InRange}
        on conflict (replay_id) do nothing
        """;

    /// <summary>A replay is of one model, so any score tells it.</summary>
    const string Scored =
        $"""
        update projection_replays r set scored = r.scored + news.scored, model = news.model
        from (
            select (data ->> 'replayId')::uuid as replay_id, count(*) as scored, max(data ->> 'model') as model
            from mt_events e where e.type = 'caption_rescored.v1' and {Sql.InRange} group by 1) news
        where r.replay_id = news.replay_id
        """;

    const string Completed =
        $"""
        update projection_replays r set completed = e.timestamp, model = data ->> 'model'
        from mt_events e where e.type = 'replay_completed.v1' and {Sql.InRange} and r.replay_id = (data ->> 'replayId')::uuid
        """;

    public string Name => "replays";

    public IReadOnlyList<string> Tables => ["projection_replays"];

    public string Definition =>
        """
        create table projection_replays (
            replay_id uuid primary key, run_id uuid not null, reward text not null, against text not null, first_step int not null,
            last_step int not null, captions int not null, scored bigint not null default 0, model text, started timestamptz not null,
            completed timestamptz, number bigint not null);
        create index projection_replays_number on projection_replays (number);
        """;

    /// <remarks>A replay is started before anything is scored, so its row is there.</remarks>
    public async Task TakeAsync(NpgsqlConnection database, long after, long upTo, CancellationToken cancellation)
    {
        foreach (var sql in (string[])[Started, Scored, Completed]) await Sql.TakeAsync(database, sql, after, upTo, cancellation);
    }
}
