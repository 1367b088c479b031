using JasperFx;
using Marten;
using Marten.Exceptions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Pipeline.Hosting;

/// <summary>
/// Waits for PostgreSQL and brings the schema up to date before anything else of the service starts. Several services may start at once: a
/// lock in the database lets one after the other do it, and the second finds nothing to do.
/// </summary>
sealed class EventStoreStartup(IDocumentStore store, NpgsqlDataSource database, ILogger<EventStoreStartup> log) : IHostedService
{
    /// <summary>Any number that nobody else takes an advisory lock on.</summary>
    const long SchemaLock = 0x70697065_6c696e65;

    public Task StartAsync(CancellationToken cancellationToken) =>
        Patience.WaitAsync("PostgreSQL", ApplySchemaAsync, WhyItMayPass, log, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    async Task ApplySchemaAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        // A lock of the session would stay with the pooled connection until somebody used that again: this one ends with the transaction.
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var take = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection, transaction) { CommandTimeout = 0 };
        take.Parameters.Add(new() { Value = SchemaLock });
        await take.ExecuteNonQueryAsync(cancellation);
        await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync(AutoCreate.CreateOrUpdate);
        await transaction.CommitAsync(cancellation);
        log.LogInformation("The event store is ready");
    }

    /// <summary>Not reachable, starting or stopping, or without the database: all that may pass. A refused password will not.</summary>
    static string? WhyItMayPass(Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.TooManyConnections } => error.Message,
        PostgresException { SqlState: var state } when state.StartsWith("57P", StringComparison.Ordinal) => error.Message,
        PostgresException => null,
        NpgsqlException => error.InnerException?.Message ?? error.Message,
        // The server went away while the schema was being applied: the next attempt finds what is there and adds the rest.
        MartenSchemaException { InnerException: { } inner } => WhyItMayPass(inner),
        _ => null,
    };
}
