using Serilog.Events;

namespace Pipeline.Hosting;

/// <summary>
/// What every service is told about its surroundings: configuration section <c>Pipeline</c>, environment <c>Pipeline__NAME</c>.
/// </summary>
public sealed class PipelineOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Pipeline";

    /// <summary>
    /// Folder of settings as files, one a file, named as the variables are (<c>Pipeline__Postgres</c>): where credentials are mounted instead
    /// of put into the environment. Files win over the environment. Optional.
    /// </summary>
    public string? Secrets { get; set; }

    /// <summary>Connection string of the event store's PostgreSQL.</summary>
    public string Postgres { get; set; } = "";

    /// <summary>The broker: <c>amqp://user:password@host:port/virtual-host</c>, or <c>amqps://</c>.</summary>
    public string RabbitMq { get; set; } = "";

    /// <summary>HTTP address of RabbitMQ's management plug-in; optional, for those who show queues.</summary>
    public string? RabbitMqManagement { get; set; }

    /// <summary>
    /// The blob store: a folder, made when it is not there, or <c>s3://BUCKET[/PREFIX]</c> for services on several machines.
    /// </summary>
    public string Blobs { get; set; } = "";

    /// <summary>How the bucket is reached, when blobs are kept in one.</summary>
    public S3Options S3 { get; set; } = new();

    /// <summary>Folder for copies of blobs that are kept in a bucket; required then. Services on one machine may share it.</summary>
    public string? BlobCache { get; set; }

    /// <summary>How large the folder of <see cref="BlobCache"/> may grow before the least recently used copies are deleted.</summary>
    public long BlobCacheMegabytes { get; set; } = 20480;

    /// <summary>HTTP address of a Seq server that gets the logs; optional.</summary>
    public string? Seq { get; set; }

    /// <summary>API key for <see cref="Seq"/>, where it asks for one; optional.</summary>
    public string? SeqApiKey { get; set; }

    /// <summary>Whether <see cref="Seq"/> gets traces too, by OTLP over HTTP.</summary>
    public bool SeqTraces { get; set; }

    /// <summary>Address of an OpenTelemetry collector (OTLP over gRPC) that gets traces and metrics; optional.</summary>
    public string? Otlp { get; set; }

    /// <summary>
    /// Threads of one Torch operation; at least 1. Sums with another number differ in their last bits, so it never follows the machine: 1
    /// without it.
    /// </summary>
    public int? TorchThreads { get; set; }

    /// <summary>Where Torch computes: <c>cpu</c> (without it), <c>cuda</c> or <c>cuda:N</c>; a GPU needs a build for it.</summary>
    public string? TorchDevice { get; set; }

    /// <summary>
    /// Waits before each further attempt at a message that failed; after the last one it is parked in the queue's <c>_error</c> queue.
    /// </summary>
    public IReadOnlyList<TimeSpan>? RetryDelays { get; set; }

    /// <summary>
    /// How often a message may come back because its consumer died before it is parked in the queue's <c>_error</c> queue; at least 1.
    /// </summary>
    public int DeliveryLimit { get; set; } = 20;

    /// <summary>Least important level that is written to the console.</summary>
    public LogEventLevel LogLevel { get; set; } = LogEventLevel.Information;

    /// <summary>
    /// What <see cref="RetryDelays"/> is when nothing is configured: one immediate attempt, then about half a minute of patience.
    /// </summary>
    public static IReadOnlyList<TimeSpan> DefaultRetryDelays { get; } =
        [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(20)];
}
