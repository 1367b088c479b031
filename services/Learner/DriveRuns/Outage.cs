using System.Net.Sockets;
using MassTransit;
using Npgsql;
using Pipeline.Learner.LearnStep;

namespace Pipeline.Learner.DriveRuns;

/// <summary>Tells an outage, which passes, from a failure, which somebody must mend.</summary>
public static class Outage
{
    /// <summary>Whether <paramref name="exception"/> or one behind it says that the broker, the database or the disk is away for now, or that the store lags behind the news.</summary>
    public static bool Is(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is PostgresException { IsTransient: false }) return false;
            if (cause is NpgsqlException or SocketException or TimeoutException or IncompleteStepException) return true;
            if (cause is ConnectionException or MessageReturnedException or OperationCanceledException) return true;
            if (cause.GetType().Namespace?.StartsWith("RabbitMQ.Client", StringComparison.Ordinal) == true) return true;
        }
        return false;
    }
}
