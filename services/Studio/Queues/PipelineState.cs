using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.Client;
using Pipeline.Hosting;
using Pipeline.Projections;
using Pipeline.Projections.Activity;

namespace Pipeline.Studio.Queues;

/// <summary>A queue and what was given up of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Messages">Messages in it, those being worked on included.</param>
/// <param name="Working">Messages that are being worked on.</param>
/// <param name="Consumers">Who takes from it.</param>
/// <param name="InPerSecond">Messages that came in, per second; null before the first one.</param>
/// <param name="DonePerSecond">Messages that were done, per second; null before the first one.</param>
/// <param name="Parked">Messages that were given up.</param>
sealed record QueueState(string Name, long Messages, long Working, int Consumers, double? InPerSecond, double? DonePerSecond, long Parked);

/// <summary>The pipeline at this moment.</summary>
/// <param name="Alarms">Why the broker takes no messages, in sentences; none when it does.</param>
/// <param name="Queues">Every queue; null when the broker's management API does not answer or none is configured.</param>
/// <param name="Workers">Every process that takes work; null like <paramref name="Queues"/>.</param>
/// <param name="Services">The last event that each service appended.</param>
/// <param name="Events">Events in the store.</param>
/// <param name="DatabaseBytes">Size of the database, in bytes.</param>
/// <param name="Blobs">How many blobs there are; null until they are counted.</param>
/// <param name="BlobBytes">Their size in bytes; null until they are counted.</param>
/// <param name="BlobsCounted">When they were counted.</param>
/// <param name="BlobsProblem">Why they could not be counted of late; null when they were, or are for the first time.</param>
/// <param name="BlobsTried">When they could not.</param>
sealed record PipelineState(
    IReadOnlyList<string> Alarms, IReadOnlyList<QueueState>? Queues, IReadOnlyList<Worker>? Workers, IReadOnlyList<LastEvent> Services, long Events,
    long DatabaseBytes, long? Blobs, long? BlobBytes, DateTimeOffset? BlobsCounted, string? BlobsProblem = null, DateTimeOffset? BlobsTried = null);

/// <summary>Looks at broker, database and blobs.</summary>
sealed class PipelineLook(IOptions<PipelineOptions> options, NpgsqlDataSource database, ProjectionStore projections, BlobCount blobs)
{
    /// <summary>How it all is at this moment.</summary>
    public async Task<PipelineState> NowAsync(CancellationToken cancellation)
    {
        var (alarms, queues, workers) = (
            BrokerAlarm.FindAsync(options.Value, cancellation), Queue.AllAsync(options.Value, cancellation), Worker.AllAsync(options.Value, cancellation));
        var services = await projections.LastEventsAsync(cancellation);
        var bytes = await DatabaseBytesAsync(cancellation);
        var (counted, failed) = blobs.Newest;
        return new(
            await alarms, Of(await queues), await workers, services, services.Sum(service => service.Events), bytes, counted?.Blobs, counted?.Bytes, counted?.At,
            failed?.Problem, failed?.At);
    }

    internal static IReadOnlyList<QueueState>? Of(IReadOnlyList<Queue>? queues)
    {
        if (queues is null) return null;
        var parked = queues.Where(queue => queue.IsParked).ToDictionary(queue => queue.Name[..^Queue.Parked.Length], queue => queue.Messages);
        return
        [
            .. queues.Where(queue => !queue.IsParked && !queue.Name.EndsWith("_skipped", StringComparison.Ordinal)).Select(queue => new QueueState(
                queue.Name, queue.Messages, queue.Unacknowledged, queue.Consumers, queue.Statistics?.In?.Rate, queue.Statistics?.Done?.Rate,
                parked.GetValueOrDefault(queue.Name))),
            // Its queue is gone, what was given up is still there.
            .. parked.Where(each => !queues.Any(queue => queue.Name == each.Key)).Select(each => new QueueState(each.Key, 0, 0, 0, null, null, each.Value)),
        ];
    }

    async Task<long> DatabaseBytesAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select pg_database_size(current_database())");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
