using Npgsql;
using Pipeline.Projections.CatchUp;

namespace Pipeline.Projections.Figures;

/// <summary>
/// Every version's figures, for charts of whole runs: one row per version with its figures as one string of bytes (doubles, most significant
/// byte first), in which a name has the same place throughout a run. An array of the database takes three times as long to read, JSON longer.
/// </summary>
sealed class StepFigures : IProjection
{
    const string Opened =
        $"""
        insert into projection_steps (run_id, step, opened)
        select (data ->> 'runId')::uuid, (data ->> 'step')::int, e.timestamp
        from mt_events e where e.type = 'step_opened.v1' and {Sql.InRange}
        on conflict (run_id, step) do nothing
        """;

    /// <summary>New names get the next places, in the order in which events brought them up: the same however many events are taken at once.</summary>
    const string Named =
        $"""
        insert into projection_figure_names (run_id, name, place, since)
        select
            run_id, name,
            coalesce((select max(place) from projection_figure_names known where known.run_id = new.run_id), 0)
                + (row_number() over (partition by run_id order by since, name))::int,
            since
        from (
            select (data ->> 'runId')::uuid as run_id, figures.name, min(e.seq_id) as since
            from mt_events e cross join lateral jsonb_object_keys((data -> 'metrics') || (data -> 'timings')) as figures (name)
            where e.type = 'policy_updated.v1' and {Sql.InRange} group by 1, 2) new
        where not exists (select 1 from projection_figure_names known where known.run_id = new.run_id and known.name = new.name)
        """;

    /// <summary>A row ends with the last name that was known at its event. Materialised: a large event is unpacked once and not once a name.</summary>
    const string Made =
        $$"""
        with made as materialized (
            select
                e.seq_id, (data ->> 'runId')::uuid as run_id, (data ->> 'version')::int as version, e.timestamp as made,
                jsonb_array_length(data -> 'captionIds') as captions, (data -> 'metrics') || (data -> 'timings') as figures
            from mt_events e where e.type = 'policy_updated.v1' and {{Sql.InRange}})
        insert into projection_figures (run_id, version, opened, made, captions, figures)
        select
            made.run_id, made.version, coalesce(step.opened, made.made), made.made, made.captions,
            coalesce(
                (select string_agg(float8send(coalesce((made.figures ->> n.name)::float8, 'NaN')), '' order by n.place)
                from projection_figure_names n where n.run_id = made.run_id and n.since <= made.seq_id),
                '')
        from made left join projection_steps step on step.run_id = made.run_id and step.step = made.version - 1
        on conflict (run_id, version) do nothing
        """;

    const string Evaluated =
        $$"""
        insert into projection_evaluations (run_id, version, split, mode, made, length, rewards, metrics)
        select
            (data ->> 'runId')::uuid, (data ->> 'version')::int, data ->> 'split', lower(data ->> 'mode'), e.timestamp,
            (data ->> 'captionLength')::float8, data -> 'rewards', coalesce(nullif(data -> 'metrics', 'null'), '{}')
        from mt_events e where e.type = 'evaluated.v1' and {{Sql.InRange}}
        on conflict (run_id, version, split, mode) do nothing
        """;

    public string Name => "figures";

    public IReadOnlyList<string> Tables =>
        ["projection_figures", "projection_figure_names", "projection_steps", "projection_evaluations"];

    public string Definition =>
        """
        create table projection_steps (run_id uuid not null, step int not null, opened timestamptz not null, primary key (run_id, step));
        create table projection_figure_names (
            run_id uuid not null, name text not null, place int not null, since bigint not null, primary key (run_id, name));
        create table projection_figures (
            run_id uuid not null, version int not null, opened timestamptz not null, made timestamptz not null, captions int not null,
            figures bytea not null, primary key (run_id, version));
        create table projection_evaluations (
            run_id uuid not null, version int not null, split text not null, mode text not null, made timestamptz not null, length float8 not null,
            rewards jsonb not null, metrics jsonb not null, primary key (run_id, version, split, mode));
        """;

    /// <remarks>A step is opened before its version is made, so the time is there.</remarks>
    public async Task TakeAsync(NpgsqlConnection database, long after, long upTo, CancellationToken cancellation)
    {
        foreach (var sql in (string[])[Opened, Named, Made, Evaluated]) await Sql.TakeAsync(database, sql, after, upTo, cancellation);
    }
}
