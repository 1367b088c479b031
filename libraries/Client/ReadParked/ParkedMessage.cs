using System.Text;
using System.Text.RegularExpressions;
using RabbitMQ.Client;

namespace Pipeline.Client;

/// <summary>A message that a service gave up.</summary>
/// <param name="Reason">What it failed at, in one line.</param>
/// <param name="Mentions">The ids in it: of the run or the replay, of the batch, of captions. A message that is no JSON has some too.</param>
/// <param name="Reward">The first reward that it names; null for none.</param>
public sealed partial record ParkedMessage(string Reason, IReadOnlySet<Guid> Mentions, string? Reward)
{
    /// <summary>Reads a message as the broker gives it.</summary>
    public static ParkedMessage Of(IReadOnlyBasicProperties properties, ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body);
        return new(
            Why(properties.Headers ?? new Dictionary<string, object?>()).ReplaceLineEndings(" "),
            Id.Matches(text).Select(match => Guid.Parse(match.Value)).ToHashSet(),
            RewardName.Match(text) is { Success: true } match ? match.Groups["name"].Value : null);
    }

    /// <summary>MassTransit, and whoever does as it does, says why; of a message that killed its consumers the broker does.</summary>
    static string Why(IDictionary<string, object?> headers) =>
        headers.TryGetValue("MT-Fault-Message", out var fault) && fault is byte[] message ? Encoding.UTF8.GetString(message)
        : headers.ContainsKey("x-death") ? "whoever took it died with it again and again"
        : "its service did not say why";

    [GeneratedRegex("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")]
    private static partial Regex Id { get; }

    [GeneratedRegex("\"reward\"\\s*:\\s*\"(?<name>[^\"]*)\"")]
    private static partial Regex RewardName { get; }
}
