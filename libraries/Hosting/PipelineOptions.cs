using System.ComponentModel.DataAnnotations;
using Npgsql;
using Serilog.Events;

namespace Pipeline.Hosting;

/// <summary>What every service is told about its surroundings: configuration section <c>Pipeline</c>, environment <c>Pipeline__NAME</c>.</summary>
public sealed class PipelineOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Pipeline";

    /// <summary>Connection string of the event store's PostgreSQL.</summary>
    public string Postgres { get; set; } = "";

    /// <summary>The broker: <c>amqp://user:password@host:port/virtual-host</c>, or <c>amqps://</c>.</summary>
    public string RabbitMq { get; set; } = "";

    /// <summary>HTTP address of RabbitMQ's management plug-in; optional, for those who show queues.</summary>
    public string? RabbitMqManagement { get; set; }

    /// <summary>Folder of the blob store; made when it is not there.</summary>
    public string Blobs { get; set; } = "";

    /// <summary>HTTP address of a Seq server that gets the logs; optional.</summary>
    public string? Seq { get; set; }

    /// <summary>Address of an OpenTelemetry collector (OTLP over gRPC) that gets traces and metrics; optional.</summary>
    public string? Otlp { get; set; }

    /// <summary>Threads of one Torch operation; at least 1. Sums with another number differ in their last bits. Without it Torch decides.</summary>
    public int? TorchThreads { get; set; }

    /// <summary>Waits before each further attempt at a message that failed; after the last one it is parked in the queue's <c>_error</c> queue.</summary>
    public IReadOnlyList<TimeSpan>? RetryDelays { get; set; }

    /// <summary>How often a message may come back because its consumer died before it is parked in the queue's <c>_error</c> queue; at least 1.</summary>
    public int DeliveryLimit { get; set; } = 20;

    /// <summary>Least important level that is written to the console.</summary>
    public LogEventLevel LogLevel { get; set; } = LogEventLevel.Information;

    /// <summary>What <see cref="RetryDelays"/> is when nothing is configured: one immediate attempt, then about half a minute of patience.</summary>
    public static IReadOnlyList<TimeSpan> DefaultRetryDelays { get; } =
        [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(20)];

    /// <summary>Names each key that is missing or wrong; secrets in the values are not repeated.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Problem(nameof(Postgres), Postgres, "Host=localhost;Database=pipeline;Username=...;Password=...", IsConnectionString) is { } postgres)
            yield return postgres;
        if (Problem(nameof(RabbitMq), RabbitMq, "amqp://user:password@localhost:5672/", value => IsUri(value, "amqp", "amqps")) is { } broker)
            yield return broker;
        if (Problem(nameof(Blobs), Blobs, "/var/lib/pipeline/blobs", _ => true) is { } blobs)
            yield return blobs;

        foreach (var (name, value) in new[] { (nameof(RabbitMqManagement), RabbitMqManagement), (nameof(Seq), Seq), (nameof(Otlp), Otlp) })
            if (!string.IsNullOrEmpty(value) && !IsUri(value, "http", "https"))
                yield return Error(name, $"is not an http or https address. Set {Variable(name)}, or leave it out");
        if (TorchThreads is < 1) yield return Error(nameof(TorchThreads), $"must be at least 1, not {TorchThreads}");
        if (DeliveryLimit < 1) yield return Error(nameof(DeliveryLimit), $"must be at least 1, not {DeliveryLimit}");
        if (RetryDelays is not null && RetryDelays.Any(delay => delay < TimeSpan.Zero))
            yield return Error(nameof(RetryDelays), "must not hold a negative time");
    }

    static ValidationResult? Problem(string name, string value, string example, Func<string, bool> isValid)
    {
        if (string.IsNullOrWhiteSpace(value)) return Error(name, $"is missing. Set {Variable(name)}, for example {example}");
        return isValid(value) ? null : Error(name, $"is not valid. Set {Variable(name)}, for example {example}");
    }

    static ValidationResult Error(string name, string problem) => new($"{Section}:{name} {problem}.", [name]);

    static string Variable(string name) => $"{Section}__{name}";

    static bool IsUri(string value, params string[] schemes) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme, StringComparer.Ordinal);

    static bool IsConnectionString(string value)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(value).Host is { Length: > 0 };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
