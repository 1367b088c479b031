using Npgsql;
using Pipeline.Learner.DriveRuns;

namespace Pipeline.Learner.Tests.DriveRuns;

public sealed class OutageTests
{
    [Theory]
    [InlineData("57P01", "terminating connection due to administrator command")]
    [InlineData("57P02", "terminating connection because of crash of another server process")]
    [InlineData("57P03", "the database system is starting up")]
    [InlineData("08006", "connection failure")]
    public void A_server_that_goes_away_or_comes_is_waited_for(string state, string message) =>
        Outage.Is(new InvalidOperationException("outer", new PostgresException(message, "FATAL", "FATAL", state))).ShouldBeTrue();

    [Theory]
    [InlineData("42P01", "relation does not exist")]
    [InlineData("22P05", "unsupported Unicode escape sequence")]
    public void What_the_server_refuses_somebody_must_mend(string state, string message) =>
        Outage.Is(new InvalidOperationException("outer", new PostgresException(message, "ERROR", "ERROR", state))).ShouldBeFalse();
}
