using Npgsql;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.Cli.WatchRun;

/// <summary>Reads a run's stream as it grows. Only reads: who follows, and whether anybody does, changes nothing about the run.</summary>
sealed class RunFollower(Connection connection)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    /// <summary>Nothing new for so long: say what is waited for.</summary>
    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    /// <summary>Shows the run until it does not go on by itself.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="view">Shows it.</param>
    /// <param name="seen">Events that happened before: states up to there do not end the watch. For a run that was just resumed.</param>
    /// <param name="cancellation">Ends the watch.</param>
    public async Task<RunHistory> FollowAsync(Guid runId, IRunView view, long seen, CancellationToken cancellation)
    {
        var runs = new RunCatalogue(connection);
        var history = new RunHistory(runId);
        var waitingFor = new WaitingFor(connection.Events, new ParkedScores(connection.Options.RabbitMq));
        var (quietSince, waiting) = (DateTime.UtcNow, (string?)null);
        while (true)
        {
            try
            {
                if (await runs.ContinueAsync(history, cancellation)) (quietSince, waiting) = (DateTime.UtcNow, null);
                else if (DateTime.UtcNow - quietSince > Quiet)
                    waiting = (await BrokerAlarm.FindAsync(connection.Options, cancellation)).FirstOrDefault() ?? await waitingFor.FindAsync(history, cancellation);
            }
            catch (NpgsqlException) when (history.Version > 0)
            {
                waiting = "PostgreSQL, which does not answer";
            }
            catch (Exception error) when (error is BrokerUnreachableException or OperationInterruptedException)
            {
                waiting = "RabbitMQ, which does not answer";
            }

            view.Show(history, waiting);
            if (history.State != RunState.Running && history.Version > seen) return history;
            await Task.Delay(Pause, cancellation);
        }
    }
}
