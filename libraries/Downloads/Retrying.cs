namespace Pipeline.Downloads;

/// <summary>Does again what failed for the moment, with growing waits.</summary>
/// <param name="options">How often, and how long the waits are.</param>
public sealed class Retrying(DownloadOptions options)
{
    /// <summary>Runs <paramref name="attempt"/> until it succeeds.</summary>
    /// <param name="what">What it is about, for the message.</param>
    /// <param name="attempt">One attempt.</param>
    /// <param name="progress">Grows with what attempts achieve: a failure after progress counts as the first.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="DownloadException">It failed too often in a row, or the server asks for too long a wait.</exception>
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
                    throw new DownloadException(
                        $"{what}: {failure.Message}, {failures} times in a row; the same command goes on with what is there", failure);
                var wait = Wait(what, failure, failures);
                options.Waiting?.Invoke(FormattableString.Invariant($"{what}: {failure.Message}; again in {wait.TotalSeconds:0.##} s"));
                await Task.Delay(wait, cancellation);
            }
        }
    }

    TimeSpan Wait(string what, TransientException failure, int failures)
    {
        if (failure.RetryAfter > options.LongestWait)
            throw new DownloadException(
                $"{what}: {failure.Message} and wants to be left alone for {failure.RetryAfter}; then the same command goes "
                + "on with what is there");
        var growing = options.Backoff * Math.Pow(2, failures - 1);
        return failure.RetryAfter ?? (growing < options.LongestWait ? growing : options.LongestWait);
    }
}
