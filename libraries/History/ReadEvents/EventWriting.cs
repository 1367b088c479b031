using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Contracts;

namespace Pipeline.History.ReadEvents;

/// <summary>How events are written.</summary>
static class EventWriting
{
    static readonly JsonSerializerOptions Stored = AsStored();

    /// <summary>
    /// The canonical JSON of each way in which <paramref name="data"/> may be stored: as contracts write it, and as Marten does, whose
    /// converter gives enums their names as they are in C#. Everybody reads both, and hashes are always of the first.
    /// </summary>
    public static IEnumerable<string> Of(object data)
    {
        yield return Encoding.UTF8.GetString(CanonicalJson.Serialize(data));
        using var document = JsonSerializer.SerializeToDocument(data, data.GetType(), Stored);
        yield return Encoding.UTF8.GetString(CanonicalJson.Serialize(document.RootElement));
    }

    static JsonSerializerOptions AsStored()
    {
        var options = new JsonSerializerOptions(ContractJson.Options);
        options.Converters.Clear();
        options.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false));
        return options;
    }
}
