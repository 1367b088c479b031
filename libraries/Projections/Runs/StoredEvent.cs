using System.Text.Json;
using Npgsql;
using Pipeline.Contracts;

namespace Pipeline.Projections.Runs;

/// <summary>An event as the store's tables hold it, archived or not.</summary>
/// <param name="Number">Its place among all events of the store.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="Data">What it says.</param>
/// <param name="At">When it was appended.</param>
sealed record StoredEvent(long Number, string Stream, object Data, DateTimeOffset At)
{
    static readonly Dictionary<string, Type> Types = EventNames.All.ToDictionary(entry => entry.Value, entry => entry.Key);

    /// <summary>The events of streams whose names are <paramref name="streams"/> (a pattern of SQL) within a range, in order.</summary>
    public static async Task<IReadOnlyList<StoredEvent>> RangeAsync(
        NpgsqlConnection database, string streams, long after, long upTo, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            select seq_id, stream_id, type, data::text, timestamp from mt_events
            where seq_id > $1 and seq_id <= $2 and stream_id like $3 order by seq_id
            """,
            database)
        {
            CommandTimeout = 0, Parameters = { new() { Value = after }, new() { Value = upTo }, new() { Value = streams } },
        };
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var events = new List<StoredEvent>();
        // Events of a newer pipeline, whose names this one does not know, count as events that say nothing.
        while (await rows.ReadAsync(cancellation))
            events.Add(new(
                rows.GetInt64(0), rows.GetString(1),
                Types.TryGetValue(rows.GetString(2), out var type) ? JsonSerializer.Deserialize(rows.GetString(3), type, ContractJson.Options)! : new object(),
                rows.GetFieldValue<DateTimeOffset>(4)));
        return events;
    }
}
