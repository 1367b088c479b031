using Medallion.Threading;
using Medallion.Threading.Postgres;
using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.Hosting;

namespace Pipeline.Learner;

/// <summary>
/// Only one Learner decides. A second one waits here, before its bus starts, until the first is gone: a hot stand-by. The lease is an
/// advisory lock that PostgreSQL gives back when the holder's connection ends. Should the lease be lost in an outage, the expected stream
/// version on every append still keeps each run's history one line.
/// </summary>
public sealed class LearnerLease(IOptions<PipelineOptions> options, ILogger<LearnerLease> logger) : IHostedService, IAsyncDisposable
{
    IDistributedSynchronizationHandle? handle;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var lease = new PostgresDistributedLock(new PostgresAdvisoryLockKey("pipeline-learner", allowHashing: true), options.Value.Postgres!);
        for (var told = false; handle is null;)
        {
            try
            {
                handle = await lease.TryAcquireAsync(TimeSpan.FromSeconds(2), cancellationToken);
                if (handle is null && !told) logger.LogInformation("Another Learner is at work: standing by.");
                told = true;
            }
            catch (NpgsqlException exception) when (DriveRuns.Outage.Is(exception))
            {
                logger.LogWarning("The event store does not answer ({Reason}); trying again.", exception.Message);
                await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (handle is not null) await handle.DisposeAsync();
    }
}
