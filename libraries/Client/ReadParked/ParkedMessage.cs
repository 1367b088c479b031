using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using RabbitMQ.Client;

namespace Pipeline.Client;

/// <summary>A message that a service gave up.</summary>
/// <param name="Reason">What it failed at, in one line.</param>
/// <param name="Mentions">The ids in it: of the run or the replay, of the batch, of captions. A message that is no JSON has some too.</param>
/// <param name="Reward">The first reward that it names; null for none.</param>
/// <param name="At">When it was given up, as far as whoever parked it said so.</param>
/// <param name="RunId">The run, or the replay, that it says it belongs to.</param>
public sealed partial record ParkedMessage(string Reason, IReadOnlySet<Guid> Mentions, string? Reward, DateTimeOffset? At = null, Guid? RunId = null)
{
    /// <summary>Reads a message as the broker gives it.</summary>
    public static ParkedMessage Of(IReadOnlyBasicProperties properties, ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body);
        var headers = properties.Headers ?? new Dictionary<string, object?>();
        return new(
            Why(headers).ReplaceLineEndings(" "),
            Id.Matches(text).Select(match => Guid.Parse(match.Value)).ToHashSet(),
            RewardName.Match(text) is { Success: true } match ? match.Groups["name"].Value : null, When(headers),
            Run.Match(text) is { Success: true } run ? Guid.Parse(run.Groups["id"].Value) : null);
    }

    static DateTimeOffset? When(IDictionary<string, object?> headers) =>
        headers.TryGetValue("MT-Fault-Timestamp", out var said) && said is byte[] text
            && DateTimeOffset.TryParse(Encoding.UTF8.GetString(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at
        : headers.TryGetValue("x-death", out var deaths) && deaths is List<object> and [Dictionary<string, object?> death, ..]
            && death.GetValueOrDefault("time") is AmqpTimestamp time ? DateTimeOffset.FromUnixTimeSeconds(time.UnixTime)
        : null;

    /// <summary>MassTransit, and whoever does as it does, says why; of a message that killed its consumers the broker does.</summary>
    static string Why(IDictionary<string, object?> headers) =>
        headers.TryGetValue("MT-Fault-Message", out var fault) && fault is byte[] message ? Encoding.UTF8.GetString(message)
        : headers.ContainsKey("x-death") ? "whoever took it died with it again and again"
        : "its service did not say why";

    [GeneratedRegex("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")]
    private static partial Regex Id { get; }

    [GeneratedRegex("\"runId\"\\s*:\\s*\"(?<id>[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\"")]
    private static partial Regex Run { get; }

    [GeneratedRegex("\"reward\"\\s*:\\s*\"(?<name>[^\"]*)\"")]
    private static partial Regex RewardName { get; }
}
