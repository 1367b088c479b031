using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pipeline.Hosting;

/// <summary>
/// Waits for the server that keeps the blobs, when there is one, before anything else of the service starts. A bucket that is not there or
/// not open to us ends the service at once: nobody makes buckets by the way.
/// </summary>
sealed class BlobStartup(IBlobStore blobs, ILogger<BlobStartup> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => blobs is S3BlobStore bucket
        ? Patience.WaitAsync("The blob store", bucket.CheckAsync, WhyItMayPass, log, cancellationToken)
        : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    static string? WhyItMayPass(Exception error) => error is BlobStorageException { MayPass: true } ? error.Message : null;
}
