using System.Net.Sockets;
using MassTransit;
using Npgsql;
using Pipeline.Hosting;
using Pipeline.Learning.Steps;

namespace Pipeline.Learner.DriveRuns;

/// <summary>Tells an outage, which passes, from a failure, which somebody must mend.</summary>
public static class Outage
{
    /// <summary>
    /// Whether <paramref name="exception"/> or one behind it says that the broker or the database is away for now, that the store lags behind
    /// the news, or that somebody else wrote to the run's stream: reading the store again and going on from there mends all of these.
    /// </summary>
    public static bool Is(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is PostgresException { IsTransient: false }) return false;
            if (cause is NpgsqlException or SocketException or TimeoutException or IncompleteStepException or StreamVersionException) return true;
            if (cause is ConnectionException or MessageReturnedException or OperationCanceledException) return true;
            if (cause.GetType().Namespace?.StartsWith("RabbitMQ.Client", StringComparison.Ordinal) == true) return true;
        }
        return false;
    }
}
