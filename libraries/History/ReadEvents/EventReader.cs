using System.Text;
using System.Text.Json;
using Pipeline.Contracts;
using Pipeline.History.Sources;

namespace Pipeline.History.ReadEvents;

/// <summary>An event that was read.</summary>
/// <param name="Recorded">As it is stored.</param>
/// <param name="Data">What it says.</param>
sealed record ReadEvent(RecordedEvent Recorded, object Data)
{
    /// <summary>This event is bad.</summary>
    public BadHistoryException Bad(string problem, IEnumerable<string>? suspects = null) =>
        BadHistoryException.At(Recorded, problem, suspects);

    /// <summary>It is bad unless it says what is expected.</summary>
    public void Require(object expected)
    {
        if (JsonDifference.Of(expected, Data) is { } difference) throw Bad(difference);
    }
}

/// <summary>Reads events strictly: what is stored is what the event says, nothing more and nothing twice.</summary>
static class EventReader
{
    static readonly Dictionary<string, Type> Types = EventNames.All.ToDictionary(entry => entry.Value, entry => entry.Key);

    /// <summary>Reads an event.</summary>
    /// <exception cref="BadHistoryException">It is bad by itself.</exception>
    public static ReadEvent Read(RecordedEvent recorded)
    {
        if (!Types.TryGetValue(recorded.Type, out var type))
            throw BadHistoryException.At(recorded, $"its type '{recorded.Type}' is unknown");
        var (data, stored) = Parse(recorded, type);
        var read = new ReadEvent(recorded, data);
        if (recorded.Digest is not null && CanonicalJson.Sha256(data) is var digest && digest != recorded.Digest)
            throw read.Bad($"its SHA-256 was recorded as {recorded.Digest}, found {digest}");
        if (EventIds.Of(recorded, data) is var id && id != recorded.Id)
            throw read.Bad($"its id is derived from its stream and content: expected {id}, found {recorded.Id}");
        if (EventWriting.Of(data).All(writing => writing != stored))
            throw read.Bad($"it is stored with what the event does not say: {JsonDifference.Of(data, stored)}");
        return read;
    }

    static (object Data, string Canonical) Parse(RecordedEvent recorded, Type type)
    {
        try
        {
            using var document = JsonDocument.Parse(recorded.Json);
            var canonical = Encoding.UTF8.GetString(CanonicalJson.Serialize(document.RootElement));
            var data = JsonSerializer.Deserialize(recorded.Json, type, ContractJson.Options) ?? throw new JsonException("it is null.");
            return (data, canonical);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw BadHistoryException.At(recorded, $"its JSON cannot be read: {error.Message}");
        }
    }
}
