using Npgsql;
using Pipeline.Contracts;
using Pipeline.Projections;
using Pipeline.Projections.Runs;

namespace Pipeline.Client;

/// <summary>The runs of a store.</summary>
public sealed class RunCatalogue(Connection connection)
{
    /// <summary>Every run's beginning, oldest first.</summary>
    public async Task<IReadOnlyList<(RunStarted Run, DateTimeOffset At)>> AllAsync(CancellationToken cancellation) =>
        [.. (await SummariesAsync(cancellation)).Select(run => (new RunStarted(run.RunId, run.Settings), run.Started))];

    /// <summary>Every run in a few figures, oldest first; archived ones too.</summary>
    public async Task<IReadOnlyList<RunSummary>> SummariesAsync(CancellationToken cancellation)
    {
        try
        {
            return await new ProjectionStore(connection.Database).RunsAsync(cancellation);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return []; // no service has ever been started on this store
        }
    }

    /// <summary>The run that <paramref name="name"/> means: an id, the beginning of one, or <c>last</c>.</summary>
    /// <exception cref="RequestException">None or several runs are meant.</exception>
    public async Task<Guid> FindAsync(string name, CancellationToken cancellation)
    {
        var runs = await AllAsync(cancellation);
        if (name == "last")
            return runs.Count > 0 ? runs[^1].Run.RunId : throw new RequestException($"there is no run yet; start one with: {ThisCommand.Name} run");

        var wanted = name.Replace("-", "");
        var found = runs.Where(run => run.Run.RunId.ToString("N").StartsWith(wanted, StringComparison.OrdinalIgnoreCase)).ToArray();
        return found.Length switch
        {
            1 => found[0].Run.RunId,
            0 => throw new RequestException($"there is no run '{name}'; {ThisCommand.Name} status lists all"),
            _ => throw new RequestException(
                $"'{name}' may be any of {string.Join(", ", found.Select(run => run.Run.RunId))}: give more of the id"),
        };
    }

    /// <summary>A run's whole history.</summary>
    public async Task<RunHistory> LoadAsync(Guid runId, CancellationToken cancellation)
    {
        var history = new RunHistory(runId);
        await ContinueAsync(history, cancellation);
        return history;
    }

    /// <summary>Applies what happened since.</summary>
    /// <returns>Whether anything did.</returns>
    public async Task<bool> ContinueAsync(RunHistory history, CancellationToken cancellation)
    {
        var events = await connection.Events.LoadStreamAsync(Streams.Run(history.RunId), history.Version + 1, cancellation);
        foreach (var @event in events) history.Apply(@event.Data, @event.Timestamp);
        return events.Count > 0;
    }
}
