using Npgsql;
using Pipeline.History.Sources;
using Pipeline.Hosting;

namespace Pipeline.Cli.Audit;

/// <summary>The history in the store, as its tables hold it: Marten would read over what an event does not know.</summary>
sealed class StoreHistory(Connection connection) : IRecordedHistory
{
    /// <remarks>A store is as whole as its events and blobs.</remarks>
    public string? Damage => null;

    public async Task<IReadOnlyList<RecordedStream>> StreamsAsync(IReadOnlyCollection<string> names, CancellationToken cancellation)
    {
        string[] keys = [.. names];
        var schema = connection.Store.Options.Events.DatabaseSchemaName;
        await using var database = await connection.Database.OpenConnectionAsync(cancellation);

        var versions = new Dictionary<string, long>();
        await using (var rows = await QueryAsync(
            database, $"select id, version from {schema}.mt_streams where id = any($1)", keys, cancellation))
            while (await rows.ReadAsync(cancellation)) versions[rows.GetString(0)] = rows.GetInt64(1);

        var events = new List<RecordedEvent>();
        await using (var rows = await QueryAsync(
            database,
            $"""
            select stream_id, version, seq_id, id, type, data::text, headers ->> '{EventAppender.DigestHeader}'
            from {schema}.mt_events where stream_id = any($1) order by stream_id, version, seq_id
            """,
            keys, cancellation))
            while (await rows.ReadAsync(cancellation))
                events.Add(new RecordedEvent(
                    rows.GetString(0), rows.GetInt64(1), rows.GetInt64(2), rows.GetGuid(3), rows.GetString(4), rows.GetString(5),
                    rows.IsDBNull(6) ? null : rows.GetString(6)));

        var byStream = events.ToLookup(@event => @event.Stream);
        return [.. keys.Select(key => new RecordedStream(key, versions.GetValueOrDefault(key), [.. byStream[key]]))];
    }

    public bool ShouldHave(string sha256) => true;

    public async Task<byte[]> ReadAsync(string sha256, CancellationToken cancellation)
    {
        await using var stream = await OpenAsync(sha256, cancellation);
        var content = new byte[stream.Length];
        await stream.ReadExactlyAsync(content, cancellation);
        return content;
    }

    /// <remarks>The blob store compares what it opens with its name.</remarks>
    public async Task<Stream> OpenAsync(string sha256, CancellationToken cancellation)
    {
        try
        {
            return await connection.Blobs.OpenReadAsync(sha256, cancellation);
        }
        catch (BlobNotFoundException)
        {
            throw BadBlobException.Missing(sha256);
        }
        catch (BlobIntegrityException damaged)
        {
            throw BadBlobException.Damaged(sha256, damaged.Actual);
        }
    }

    static async Task<NpgsqlDataReader> QueryAsync(NpgsqlConnection database, string sql, string[] streams, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, database) { Parameters = { new() { Value = streams } } };
        return await command.ExecuteReaderAsync(cancellation);
    }
}
