using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Seeding;

/// <summary>Copies events into the store's tables as its appender would leave them: appending them one by one takes an hour.</summary>
sealed class EventCopy : IAsyncDisposable
{
    readonly NpgsqlConnection _connection;
    readonly NpgsqlTransaction _transaction;
    readonly Dictionary<string, long> _versions = [];
    readonly long _first;
    readonly DateTime _began;

    EventCopy(NpgsqlConnection connection, NpgsqlTransaction transaction, long first, DateTime began) =>
        (_connection, _transaction, _first, _began) = (connection, transaction, first, began);

    /// <summary>How many events were written.</summary>
    public long Written { get; private set; }

    /// <summary>Begins; until it is committed, nobody else appends.</summary>
    /// <param name="database">The store.</param>
    /// <param name="began">When the first event happened.</param>
    /// <param name="cancellation">Cancels.</param>
    public static async Task<EventCopy> BeginAsync(NpgsqlDataSource database, DateTime began, CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var begin = new NpgsqlCommand(
            """
            lock table mt_streams, mt_events in exclusive mode;
            select case when is_called then last_value else 0 end from mt_events_sequence;
            """,
            connection, transaction) { CommandTimeout = 0 };
        return new(connection, transaction, (long)(await begin.ExecuteScalarAsync(cancellation))!, began);
    }

    /// <summary>How often the same run is in the store already.</summary>
    public async Task<int> AttemptAsync(SeedOptions options, PackPictures pack, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            await using var find = new NpgsqlCommand("select count(*) from mt_streams where id = $1", _connection, _transaction)
            {
                Parameters = { new() { Value = Streams.Run(new RunHistory(options, pack, attempt).RunId) } },
            };
            if (await find.ExecuteScalarAsync(cancellation) is 0L) return attempt;
        }
    }

    /// <summary>Writes events in their order.</summary>
    public async Task WriteAsync(IReadOnlyList<SeededEvent> events, CancellationToken cancellation)
    {
        await WriteStreamsAsync(events, cancellation);
        await using var copy = await _connection.BeginBinaryImportAsync(
            """
            copy mt_events (
                seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, headers, is_archived)
            from stdin (format binary)
            """,
            cancellation);
        foreach (var @event in events)
        {
            var (data, type) = (CanonicalJson.Serialize(@event.Data), @event.Data.GetType());
            var headers = new Dictionary<string, string>
            {
                ["service"] = @event.Service, ["build"] = "seeded", [EventAppender.DigestHeader] = Convert.ToHexStringLower(SHA256.HashData(data)),
            };
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(_first + ++Written, NpgsqlDbType.Bigint, cancellation);
            await copy.WriteAsync(@event.Id, NpgsqlDbType.Uuid, cancellation);
            await copy.WriteAsync(@event.Stream, NpgsqlDbType.Varchar, cancellation);
            await copy.WriteAsync(_versions[@event.Stream] = _versions.GetValueOrDefault(@event.Stream) + 1, NpgsqlDbType.Bigint, cancellation);
            await copy.WriteAsync(Encoding.UTF8.GetString(data), NpgsqlDbType.Jsonb, cancellation);
            await copy.WriteAsync(EventNames.All[type], NpgsqlDbType.Varchar, cancellation);
            await copy.WriteAsync(_began.AddSeconds(@event.Seconds), NpgsqlDbType.TimestampTz, cancellation);
            await copy.WriteAsync("*DEFAULT*", NpgsqlDbType.Varchar, cancellation);
            await copy.WriteAsync($"{type.FullName}, {type.Assembly.GetName().Name}", NpgsqlDbType.Varchar, cancellation);
            await copy.WriteAsync($"{@event.RunId:D}", NpgsqlDbType.Varchar, cancellation);
            await copy.WriteAsync("seeded", NpgsqlDbType.Varchar, cancellation);
            await copy.WriteAsync(JsonSerializer.Serialize(headers), NpgsqlDbType.Jsonb, cancellation);
            await copy.WriteAsync(false, NpgsqlDbType.Boolean, cancellation);
        }
        await copy.CompleteAsync(cancellation);
    }

    /// <summary>Makes all of it visible at once.</summary>
    public async Task CommitAsync(CancellationToken cancellation)
    {
        await using (var next = new NpgsqlCommand("select setval('mt_events_sequence', $1)", _connection, _transaction))
        {
            next.Parameters.Add(new() { Value = _first + Written });
            await next.ExecuteNonQueryAsync(cancellation);
        }
        await _transaction.CommitAsync(cancellation);
        // What was never here has no statistics, and nobody knows when the server looks by itself.
        await using var analyze = new NpgsqlCommand("analyze mt_events, mt_streams", _connection) { CommandTimeout = 0 };
        await analyze.ExecuteNonQueryAsync(cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    /// <summary>New streams are made before their events; those that go on get their new version.</summary>
    async Task WriteStreamsAsync(IReadOnlyList<SeededEvent> events, CancellationToken cancellation)
    {
        var counts = events.CountBy(@event => @event.Stream).ToArray();
        const string table = "copy mt_streams (id, version, timestamp, created, is_archived) from stdin (format binary)";
        await using (var copy = await _connection.BeginBinaryImportAsync(table, cancellation))
        {
            foreach (var (stream, count) in counts.Where(stream => !_versions.ContainsKey(stream.Key)))
            {
                await copy.StartRowAsync(cancellation);
                await copy.WriteAsync(stream, NpgsqlDbType.Varchar, cancellation);
                await copy.WriteAsync((long)count, NpgsqlDbType.Bigint, cancellation);
                await copy.WriteAsync(_began, NpgsqlDbType.TimestampTz, cancellation);
                await copy.WriteAsync(_began, NpgsqlDbType.TimestampTz, cancellation);
                await copy.WriteAsync(false, NpgsqlDbType.Boolean, cancellation);
            }
            await copy.CompleteAsync(cancellation);
        }
        foreach (var (stream, count) in counts.Where(stream => _versions.ContainsKey(stream.Key)))
        {
            await using var more = new NpgsqlCommand("update mt_streams set version = version + $2 where id = $1", _connection, _transaction)
            {
                Parameters = { new() { Value = stream }, new() { Value = (long)count } },
            };
            await more.ExecuteNonQueryAsync(cancellation);
        }
    }
}
