using System.Text.Json;
using Pipeline.Contracts;

namespace Pipeline.Cli.Lineage;

/// <summary>
/// The leaf of a Merkle tree that a stored event is. It is made of what is stored, without the detour over a record: that is the same bytes, takes
/// a fraction of the time, and a member too many is noticed as well.
/// </summary>
static class StoredLeaf
{
    /// <summary>The canonical JSON of an event as contracts write it; Marten's converter has given its enums their names in C#.</summary>
    public static byte[] Of(JsonElement data)
    {
        if (!data.TryGetProperty("purpose", out _)) return CanonicalJson.Serialize(data);

        using var copy = new MemoryStream();
        using (var json = new Utf8JsonWriter(copy)) Copy(data, json);
        using var document = JsonDocument.Parse(copy.GetBuffer().AsMemory(0, (int)copy.Length));
        return CanonicalJson.Serialize(document.RootElement);
    }

    static void Copy(JsonElement data, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var member in data.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Object)
            {
                json.WritePropertyName(member.Name);
                Copy(member.Value, json);
            }
            else if (member.Name is "purpose" or "mode")
            {
                json.WriteString(member.Name, JsonNamingPolicy.CamelCase.ConvertName(member.Value.GetString()!));
            }
            else
            {
                member.WriteTo(json);
            }
        }
        json.WriteEndObject();
    }
}
