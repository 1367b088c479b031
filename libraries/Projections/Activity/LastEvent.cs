using Npgsql;
using Pipeline.Projections.CatchUp;

namespace Pipeline.Projections.Activity;

/// <summary>The last that a service appended.</summary>
/// <param name="Service">The service, such as <c>learner</c>; empty for events from before services were recorded.</param>
/// <param name="Type">The event's name, such as <c>policy_updated.v1</c>.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="Number">Its place among all events of the store.</param>
/// <param name="At">When it was appended.</param>
/// <param name="Events">How many events the service appended in all.</param>
public sealed record LastEvent(string Service, string Type, string Stream, long Number, DateTimeOffset At, long Events)
{
    /// <summary>Of every service, by name.</summary>
    internal static Task<IReadOnlyList<LastEvent>> AllAsync(NpgsqlDataSource database, CancellationToken cancellation) => Sql.QueryAsync(
        database,
        """
        select distinct on (service) service, type, stream, number, last, (sum(events) over (partition by service))::bigint
        from projection_activity order by service, number desc
        """,
        row => new LastEvent(
            row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetFieldValue<DateTimeOffset>(4), row.GetInt64(5)),
        cancellation);
}
