using System.Text.Json;
using Pipeline.History.Sources;

namespace Pipeline.History.Bundles;

/// <summary>An event as a line of JSON; what it says stays as it is stored, to the byte.</summary>
static class EventLine
{
    public static void Write(Stream output, RecordedEvent @event)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteNumber("sequence", @event.Sequence);
            json.WriteString("stream", @event.Stream);
            json.WriteNumber("version", @event.Version);
            json.WriteString("id", @event.Id);
            json.WriteString("type", @event.Type);
            if (@event.Digest is not null) json.WriteString("sha256", @event.Digest);
            json.WritePropertyName("data");
            // A line break is white space here: in a string it is escaped.
            json.WriteRawValue(@event.Json.Replace('\n', ' '));
            json.WriteEndObject();
        }
        output.WriteByte((byte)'\n');
    }

    /// <exception cref="InvalidDataException">It is no such line.</exception>
    public static RecordedEvent Read(string line, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return new RecordedEvent(
                root.GetProperty("stream").GetString()!, root.GetProperty("version").GetInt64(), root.GetProperty("sequence").GetInt64(),
                root.GetProperty("id").GetGuid(), root.GetProperty("type").GetString()!, root.GetProperty("data").GetRawText(),
                root.TryGetProperty("sha256", out var digest) ? digest.GetString() : null);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{BundleManifest.EventsPath}, line {number} is no event: {error.Message}", error);
        }
    }
}
