using Pipeline.ModelHub.Download;

namespace Pipeline.ModelHub.Hub;

/// <summary>Does again what failed for the moment, with growing waits.</summary>
sealed class Retrying(PullOptions options)
{
    /// <summary>Runs <paramref name="attempt"/> until it succeeds.</summary>
    /// <param name="what">What it is about, for the message.</param>
    /// <param name="attempt">One attempt.</param>
    /// <param name="progress">Grows with what attempts achieve: a failure after progress counts as the first.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="HubException">It failed too often in a row, or the server asks for too long a wait.</exception>
    public async Task<T> RunAsync<T>(string what, Func<Task<T>> attempt, Func<long> progress, CancellationToken cancellation)
    {
        for (var failures = 0; ;)
        {
            var before = progress();
            try
            {
                return await attempt();
            }
            catch (TransientException failure) when (!cancellation.IsCancellationRequested)
            {
                failures = progress() > before ? 1 : failures + 1;
                if (failures > options.Retries)
                    throw new HubException(
                        $"{what}: {failure.Message}, {failures} times in a row; what was fetched is kept: pull again to go on", failure);
                var wait = Wait(what, failure, failures);
                options.Waiting?.Invoke(FormattableString.Invariant($"{what}: {failure.Message}; again in {wait.TotalSeconds:0.##} s"));
                await Task.Delay(wait, cancellation);
            }
        }
    }

    TimeSpan Wait(string what, TransientException failure, int failures)
    {
        if (failure.RetryAfter > options.LongestWait)
            throw new HubException(
                $"{what}: {failure.Message} and wants to be left alone for {failure.RetryAfter}; what was fetched is kept: pull again "
                + "then");
        var growing = options.Backoff * Math.Pow(2, failures - 1);
        return failure.RetryAfter ?? (growing < options.LongestWait ? growing : options.LongestWait);
    }
}
