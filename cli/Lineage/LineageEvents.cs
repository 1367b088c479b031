using System.Text.Json;
using Npgsql;
using Pipeline.Contracts;

namespace Pipeline.Cli.Lineage;

/// <summary>The events behind a lineage, as the store's tables hold them: archived ones too.</summary>
sealed class LineageEvents(NpgsqlDataSource database)
{
    static readonly string Started = EventNames.All[typeof(RunStarted)];
    static readonly string Made = EventNames.All[typeof(PolicyUpdated)];

    /// <summary>A run's beginning and its versions up to <paramref name="version"/>, in the order of its stream; null when there is no such run.</summary>
    public async Task<LineagePart?> RunAsync(Guid runId, int version, CancellationToken cancellation)
    {
        var rows = await RowsAsync(
            "select type, data::text from mt_events where stream_id = $1 and type = any($2) order by version",
            row => (Type: row.GetString(0), Json: row.GetString(1)), cancellation, Streams.Run(runId), (string[])[Started, Made]);
        if (rows.Count == 0 || rows[0].Type != Started) return null;
        return new(Read<RunStarted>(rows[0].Json), [.. rows.Skip(1).Take(version).Select(row => Read<PolicyUpdated>(row.Json))]);
    }

    /// <summary>The events of these captions: by stream, in its order.</summary>
    public async Task<ILookup<string, StoredRow>> CaptionsAsync(IEnumerable<Guid> captionIds, CancellationToken cancellation)
    {
        var rows = await RowsAsync(
            "select stream_id, type, data::text from mt_events where stream_id = any($1) order by stream_id, version",
            row => new StoredRow(row.GetString(0), row.GetString(1), row.GetString(2)), cancellation,
            [(string[])[.. captionIds.Select(Streams.Caption)]]);
        return rows.ToLookup(row => row.Stream);
    }

    /// <summary>What a replay says of these captions, as if it stood in their streams.</summary>
    public async Task<IEnumerable<StoredRow>> ReplayAsync(Guid replayId, IEnumerable<Guid> captionIds, CancellationToken cancellation)
    {
        var stream = Streams.Replay(replayId);
        var ids = captionIds.ToDictionary(caption => Ids.Event(stream, "caption-rescored", caption)); // a derived id is found by its index
        return await RowsAsync(
            "select id, type, data::text from mt_events where id = any($1)",
            row => new StoredRow(Streams.Caption(ids[row.GetGuid(0)]), row.GetString(1), row.GetString(2)), cancellation, [(Guid[])[.. ids.Keys]]);
    }

    static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, ContractJson.Options)!;

    async Task<IReadOnlyList<T>> RowsAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellation, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation)) rows.Add(read(reader));
        return rows;
    }
}
