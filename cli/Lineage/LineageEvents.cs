using System.Text.Json;
using Pipeline.Cli.Local;
using Pipeline.Contracts;

namespace Pipeline.Cli.Lineage;

/// <summary>The events behind a lineage, as the store's tables hold them: archived ones too.</summary>
sealed class LineageEvents(Connection connection)
{
    static readonly Dictionary<string, Type> Types = EventNames.All.ToDictionary(entry => entry.Value, entry => entry.Key);

    readonly string _schema = connection.Store.Options.Events.DatabaseSchemaName;

    /// <summary>A run's beginning and its versions in the order of its stream; null when there is no such run.</summary>
    public async Task<(RunStarted Started, IReadOnlyList<PolicyUpdated> Made)?> RunAsync(Guid runId, CancellationToken cancellation)
    {
        string[] types = [EventNames.All[typeof(RunStarted)], EventNames.All[typeof(PolicyUpdated)]];
        var rows = await RowsAsync(
            $"select stream_id, type, data::text from {_schema}.mt_events where stream_id = $1 and type = any($2) order by version", cancellation,
            Streams.Run(runId), types);
        var events = Read(rows);
        return events.OfType<RunStarted>().FirstOrDefault() is { } started ? (started, [.. events.OfType<PolicyUpdated>()]) : null;
    }

    /// <summary>What the streams of these captions hold, unread: by caption in the order of its stream.</summary>
    public async Task<ILookup<string, StoredRow>> CaptionsAsync(IEnumerable<Guid> captionIds, CancellationToken cancellation)
    {
        string[] streams = [.. captionIds.Select(Streams.Caption)];
        var rows = await RowsAsync(
            $"select stream_id, type, data::text from {_schema}.mt_events where stream_id = any($1) order by stream_id, version", cancellation, [streams]);
        return rows.ToLookup(row => row.Stream);
    }

    /// <summary>Reads what rows say. Types of a newer pipeline are left out.</summary>
    public static IReadOnlyList<object> Read(IEnumerable<StoredRow> rows) =>
    [
        .. rows.Where(row => Types.ContainsKey(row.Type))
            .AsParallel().AsOrdered().Select(row => JsonSerializer.Deserialize(row.Json, Types[row.Type], ContractJson.Options)!),
    ];

    async Task<IReadOnlyList<StoredRow>> RowsAsync(string sql, CancellationToken cancellation, params object[] values)
    {
        await using var command = connection.Database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<StoredRow>();
        while (await reader.ReadAsync(cancellation)) rows.Add(new(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        return rows;
    }
}

/// <summary>An event as it is stored, unread.</summary>
sealed record StoredRow(string Stream, string Type, string Json);
