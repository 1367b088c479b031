using System.Text.Json;
using Npgsql;
using Pipeline.Contracts;
using Pipeline.Projections.CatchUp;

namespace Pipeline.Projections.Runs;

/// <summary>One summary per run.</summary>
sealed class RunSummaries : IProjection
{
    public string Name => "runs";

    public IReadOnlyList<string> Tables => ["projection_runs"];

    public string Definition =>
        """
        create table projection_runs (run_id uuid primary key, started timestamptz not null, number bigint not null, summary jsonb not null);
        -- summaries as of 1
        """;

    public async Task TakeAsync(NpgsqlConnection database, long after, long upTo, CancellationToken cancellation)
    {
        // Only events of runs have a stream of that name; the number of the first one orders runs as they were started.
        var numbers = new Dictionary<Guid, long>();
        var summaries = new Dictionary<Guid, RunSummary>();
        foreach (var @event in await StoredEvent.RangeAsync(database, "run-%", after, upTo, cancellation))
        {
            if (!Guid.TryParse(@event.Stream["run-".Length..], out var runId)) continue;
            if (@event.Data is RunStarted started) (summaries[runId], numbers[runId]) = (RunSummary.Of(started, @event.At), @event.Number);
            else if ((summaries.GetValueOrDefault(runId) ?? await FindAsync(database, runId, cancellation)) is { } summary)
                summaries[runId] = summary.After(@event.Data, @event.At);
        }
        foreach (var summary in summaries.Values)
        {
            await using var save = new NpgsqlCommand(
                """
                insert into projection_runs as r (run_id, started, number, summary) values ($1, $2, $3, $4::jsonb)
                on conflict (run_id) do update set summary = excluded.summary
                """,
                database)
            {
                Parameters =
                {
                    new() { Value = summary.RunId }, new() { Value = summary.Started.ToUniversalTime() },
                    new() { Value = numbers.GetValueOrDefault(summary.RunId) },
                    new() { Value = JsonSerializer.Serialize(summary, ContractJson.Options) },
                },
            };
            await save.ExecuteNonQueryAsync(cancellation);
        }
    }

    /// <summary>Every run, oldest first.</summary>
    public static Task<IReadOnlyList<RunSummary>> AllAsync(NpgsqlDataSource database, CancellationToken cancellation) =>
        Sql.QueryAsync(database, "select summary::text from projection_runs order by number", Read, cancellation);

    /// <summary>One run; null when there is none of that id.</summary>
    public static async Task<RunSummary?> FindAsync(NpgsqlDataSource database, Guid runId, CancellationToken cancellation) =>
        (await Sql.QueryAsync(database, "select summary::text from projection_runs where run_id = $1", Read, cancellation, runId)).SingleOrDefault();

    /// <summary>The weights of runs' rewards.</summary>
    public static Task<IReadOnlyList<(Guid RunId, IReadOnlyDictionary<string, double> Rewards)>> WeightsAsync(
        NpgsqlDataSource database, IReadOnlyCollection<Guid> runs, CancellationToken cancellation) =>
        Sql.QueryAsync(
            database, "select run_id, (summary -> 'settings' -> 'rewards')::text from projection_runs where run_id = any($1)",
            row => (row.GetGuid(0), JsonSerializer.Deserialize<IReadOnlyDictionary<string, double>>(row.GetString(1), ContractJson.Options)!),
            cancellation, runs.ToArray());

    static async Task<RunSummary?> FindAsync(NpgsqlConnection database, Guid runId, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select summary::text from projection_runs where run_id = $1", database)
        {
            Parameters = { new() { Value = runId } },
        };
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        return await rows.ReadAsync(cancellation) ? Read(rows) : null;
    }

    static RunSummary Read(NpgsqlDataReader row) => JsonSerializer.Deserialize<RunSummary>(row.GetString(0), ContractJson.Options)!;
}
