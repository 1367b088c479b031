using Npgsql;

namespace Pipeline.Projections.CatchUp;

/// <summary>A statement over a range of events: parameters $1 (after) and $2 (up to).</summary>
static class Sql
{
    /// <summary>The condition that an event is in the range.</summary>
    public const string InRange = "e.seq_id > $1 and e.seq_id <= $2";

    /// <summary>Executes it.</summary>
    public static async Task TakeAsync(NpgsqlConnection database, string sql, long after, long upTo, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, database)
        {
            CommandTimeout = 0, Parameters = { new() { Value = after }, new() { Value = upTo } },
        };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Reads rows.</summary>
    public static async Task<IReadOnlyList<T>> QueryAsync<T>(
        NpgsqlDataSource database, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellation, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var all = new List<T>();
        while (await rows.ReadAsync(cancellation)) all.Add(read(rows));
        return all;
    }
}
