using System.Text.Json;

namespace Pipeline.Captioner.Configuration;

/// <summary>
/// One object of a Hugging Face configuration file. An absent or null key takes transformers' default, because newer versions save only
/// what differs from it; a key of the wrong kind is an error that names file and key.
/// </summary>
sealed class ConfigSection(string file, string prefix, JsonElement element)
{
    public static ConfigSection Parse(string file, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement.Clone();
            return root.ValueKind == JsonValueKind.Object
                ? new(file, "", root)
                : throw new ConfigException(file, "the file", "holds no JSON object.");
        }
        catch (JsonException broken)
        {
            throw new ConfigException(file, "the file", "is no valid JSON: " + broken.Message);
        }
    }

    public ConfigSection Section(string key) =>
        Find(key) is { ValueKind: JsonValueKind.Object } section
            ? new ConfigSection(file, $"{prefix}{key}.", section)
            : throw Error(key, "is missing or no object.");

    public string Text(string key, string fallback) => Find(key) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        _ => throw Error(key, "is no text."),
    };

    public bool Flag(string key, bool fallback) => Find(key) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Error(key, "is neither true nor false."),
    };

    /// <summary>A whole number of at least 1.</summary>
    public int Size(string key, int fallback) => OptionalSize(key) ?? fallback;

    /// <summary>A whole number of at least 1, or null.</summary>
    public int? OptionalSize(string key) =>
        Find(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var size) && size > 0 ? size
        : throw Error(key, $"is {value.GetRawText()}; a whole number of at least 1 is needed.");

    /// <summary>A number above 0.</summary>
    public double Positive(string key, double fallback) =>
        Find(key) is not { } value ? fallback
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number > 0 && double.IsFinite(number) ? number
        : throw Error(key, $"is {value.GetRawText()}; a number above 0 is needed.");

    /// <summary>A token id: a whole number of at least 0, or a list with exactly one.</summary>
    public int? TokenId(string key)
    {
        if (Find(key) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Array)
            value = value.GetArrayLength() == 1 ? value[0] : throw Error(key, "is a list; one token id is supported.");
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var id) && id >= 0
            ? id
            : throw Error(key, $"is {value.GetRawText()}; a token id is needed.");
    }

    public ConfigException Error(string key, string problem) => new(file, prefix + key, problem);

    JsonElement? Find(string key) => element.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
