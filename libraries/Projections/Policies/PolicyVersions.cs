using Npgsql;
using Pipeline.Projections.CatchUp;

namespace Pipeline.Projections.Policies;

/// <summary>Every version of every run by the hashes of its files, and the captions that each learned from.</summary>
sealed class PolicyVersions : IProjection
{
    /// <summary>A branch begins from another run's version, any other run from its captioner.</summary>
    const string Began =
        $"""
        insert into projection_policies (run_id, version, checkpoint, weights, captions, made)
        select
            (data ->> 'runId')::uuid, 0, coalesce(data -> 'settings' -> 'branch' -> 'parent' ->> 'checkpoint', data -> 'settings' ->> 'captioner'),
            null, 0, e.timestamp
        from mt_events e where e.type = 'run_started.v1' and {Sql.InRange}
        on conflict (run_id, version) do nothing
        """;

    const string Made =
        $"""
        insert into projection_policies (run_id, version, checkpoint, weights, captions, made)
        select
            (data ->> 'runId')::uuid, (data ->> 'version')::int, data ->> 'checkpoint', data ->> 'weightsSha256',
            jsonb_array_length(data -> 'captionIds'), e.timestamp
        from mt_events e where e.type = 'policy_updated.v1' and {Sql.InRange}
        on conflict (run_id, version) do nothing
        """;

    const string Learned =
        $"""
        insert into projection_learned (caption_id, run_id, version, place)
        select captions.id::uuid, (data ->> 'runId')::uuid, (data ->> 'version')::int, place
        from mt_events e
        cross join lateral jsonb_array_elements_text(data -> 'captionIds') with ordinality as captions (id, place)
        where e.type = 'policy_updated.v1' and {Sql.InRange}
        on conflict do nothing
        """;

    public string Name => "policies";

    public IReadOnlyList<string> Tables => ["projection_policies", "projection_learned"];

    /// <remarks>Of version 0 no event says the weights; it was made elsewhere.</remarks>
    public string Definition =>
        """
        create table projection_policies (
            run_id uuid not null, version int not null, checkpoint text not null, weights text, captions int not null, made timestamptz not null,
            primary key (run_id, version));
        create index projection_policies_checkpoint on projection_policies (checkpoint);
        create index projection_policies_weights on projection_policies (weights);
        create table projection_learned (
            caption_id uuid not null, run_id uuid not null, version int not null, place bigint not null,
            primary key (caption_id, run_id, version, place));
        create index projection_learned_version on projection_learned (run_id, version, place);
        """;

    public async Task TakeAsync(NpgsqlConnection database, long after, long upTo, CancellationToken cancellation)
    {
        foreach (var sql in (string[])[Began, Made, Learned]) await Sql.TakeAsync(database, sql, after, upTo, cancellation);
    }
}
