using Npgsql;

namespace Pipeline.Projections.CatchUp;

/// <summary>
/// Up to where the store's events are all there. Numbers are given out before they are committed: a smaller one may become visible after a
/// larger one, or never.
/// </summary>
static class HighWater
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// The newest number below which nothing can appear any more. Who draws a number holds a lock on the sequence until it commits or gives
    /// up: those who hold it now are waited for. Nobody is kept from writing.
    /// </summary>
    public static async Task<long> FindAsync(NpgsqlConnection database, CancellationToken cancellation)
    {
        await using var newest = new NpgsqlCommand("select case when is_called then last_value else 0 end from mt_events_sequence", database);
        var number = (long)(await newest.ExecuteScalarAsync(cancellation))!;

        string[] writers = [.. await WritersAsync(database, cancellation)];
        while (writers.Length > 0)
        {
            await Task.Delay(Pause, cancellation);
            writers = [.. (await WritersAsync(database, cancellation)).Intersect(writers)];
        }
        return number;
    }

    static async Task<IReadOnlyList<string>> WritersAsync(NpgsqlConnection database, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            select virtualtransaction from pg_locks
            where locktype = 'relation' and relation = 'mt_events_sequence'::regclass and mode = 'RowExclusiveLock' and granted
                and database = (select oid from pg_database where datname = current_database()) and pid <> pg_backend_pid()
            """,
            database);
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var writers = new List<string>();
        while (await rows.ReadAsync(cancellation)) writers.Add(rows.GetString(0));
        return writers;
    }
}
