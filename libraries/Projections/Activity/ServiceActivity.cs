using Npgsql;
using Pipeline.Projections.CatchUp;

namespace Pipeline.Projections.Activity;

/// <summary>
/// Who appends what: one row per service and type of event. Their sum is the number of events, without counting millions of rows. The service
/// is named beside each event; events from before it was recorded are of the service without a name.
/// </summary>
sealed class ServiceActivity : IProjection
{
    const string Appended =
        $"""
        insert into projection_activity as a (service, type, events, number, stream, last)
        select
            coalesce(headers ->> 'service', ''), e.type, count(*), max(e.seq_id), (array_agg(e.stream_id order by e.seq_id desc))[1],
            (array_agg(e.timestamp order by e.seq_id desc))[1]
        from mt_events e where {Sql.InRange} group by 1, 2
        on conflict (service, type) do update set
            events = a.events + excluded.events, number = excluded.number, stream = excluded.stream, last = excluded.last
        """;

    public string Name => "activity";

    public IReadOnlyList<string> Tables => ["projection_activity"];

    public string Definition =>
        """
        create table projection_activity (
            service text not null, type text not null, events bigint not null, number bigint not null, stream text not null, last timestamptz not null,
            primary key (service, type));
        """;

    public Task TakeAsync(NpgsqlConnection database, long after, long upTo, CancellationToken cancellation) =>
        Sql.TakeAsync(database, Appended, after, upTo, cancellation);
}
