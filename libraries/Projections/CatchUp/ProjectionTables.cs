using Npgsql;

namespace Pipeline.Projections.CatchUp;

/// <summary>The tables of projections and how far each is. They are made by whoever asks first: no service needs them.</summary>
static class ProjectionTables
{
    const string Progress =
        "create table if not exists projection_progress (name text primary key, definition text not null, sequence bigint not null);";

    /// <summary>Any number that nobody else takes an advisory lock on.</summary>
    const long Making = 0x70726f6a_65637473;

    /// <summary>
    /// Makes what is not there, and keeps other processes away until the transaction ends. A projection whose definition has changed since
    /// it was made begins again.
    /// </summary>
    /// <returns>The last event that it has taken.</returns>
    public static async Task<long> LockAsync(NpgsqlConnection database, IProjection projection, CancellationToken cancellation)
    {
        if (await FindAsync(database, projection, cancellation) is { } sequence) return sequence;

        await ExecuteAsync(database, $"select pg_advisory_xact_lock({Making})", cancellation);
        // Somebody else may have made it while we waited.
        if (await FindAsync(database, projection, cancellation) is { } made) return made;

        var drop = string.Concat(projection.Tables.Select(table => $"drop table if exists {table};"));
        await ExecuteAsync(database, Progress + drop + projection.Definition, cancellation);
        await ExecuteAsync(
            database,
            """
            insert into projection_progress (name, definition, sequence) values ($1, $2, 0)
            on conflict (name) do update set definition = excluded.definition, sequence = 0
            """,
            cancellation, projection.Name, projection.Definition);
        return 0;
    }

    public static Task AdvanceAsync(NpgsqlConnection database, IProjection projection, long upTo, CancellationToken cancellation) =>
        ExecuteAsync(database, "update projection_progress set sequence = $2 where name = $1", cancellation, projection.Name, upTo);

    public static Task ClearAsync(NpgsqlConnection database, IProjection projection, CancellationToken cancellation) =>
        ExecuteAsync(database, $"truncate {string.Join(", ", projection.Tables)}", cancellation);

    /// <summary>How many rows there are, and a hash over all of them in the order of their text.</summary>
    public static async Task<(long Rows, string Hash)> ContentAsync(
        NpgsqlConnection database, IProjection projection, CancellationToken cancellation)
    {
        var (rows, hashes) = (0L, "");
        foreach (var table in projection.Tables)
        {
            // The hashes of the rows and not the rows: a million of them are too long for one text.
            await using var command = new NpgsqlCommand(
                $"select count(*), coalesce(md5(string_agg(hash, '' order by hash)), '') from (select md5(t::text) as hash from {table} t) hashes",
                database) { CommandTimeout = 0 };
            await using var row = await command.ExecuteReaderAsync(cancellation);
            await row.ReadAsync(cancellation);
            (rows, hashes) = (rows + row.GetInt64(0), hashes + row.GetString(1));
        }
        return (rows, hashes);
    }

    static async Task<long?> FindAsync(NpgsqlConnection database, IProjection projection, CancellationToken cancellation)
    {
        await using var exists = new NpgsqlCommand("select to_regclass('projection_progress') is not null", database);
        if (!(bool)(await exists.ExecuteScalarAsync(cancellation))!) return null;
        await using var find = new NpgsqlCommand(
            "select sequence from projection_progress where name = $1 and definition = $2 for update", database)
        {
            Parameters = { new() { Value = projection.Name }, new() { Value = projection.Definition } },
        };
        return (long?)await find.ExecuteScalarAsync(cancellation);
    }

    static async Task ExecuteAsync(NpgsqlConnection database, string sql, CancellationToken cancellation, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, database) { CommandTimeout = 0 };
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
