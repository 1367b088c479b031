using Microsoft.Extensions.Logging;

namespace Pipeline.Hosting;

/// <summary>Waiting for a server that starts later than we do: says so, and asks again and again, at most ten seconds apart.</summary>
static class Patience
{
    static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>Does <paramref name="attempt"/> until it succeeds.</summary>
    /// <param name="server">What the log calls the server.</param>
    /// <param name="attempt">What needs the server.</param>
    /// <param name="reason">Why an attempt failed if that may pass, such as a refused connection; null for what stays, such as a refused
    /// password.</param>
    /// <param name="log">Where it says what it waits for.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task WaitAsync(
        string server, Func<CancellationToken, Task> attempt, Func<Exception, string?> reason, ILogger log, CancellationToken cancellation)
    {
        for (var wait = ShortestWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            string problem;
            try
            {
                await attempt(cancellation);
                return;
            }
            catch (Exception error) when (reason(error) is { } passing)
            {
                problem = passing;
            }
            log.LogWarning("{Server} is not there yet ({Problem}); trying again in {Seconds} s", server, problem, wait.TotalSeconds);
            await Task.Delay(wait, cancellation);
        }
    }
}
