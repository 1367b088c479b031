using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Contracts;

/// <summary>
/// Settings as a person writes them: JSON with comments and trailing commas, in which every key must be known and every value allowed.
/// </summary>
public static class SettingsFile
{
    static readonly JsonDocumentOptions Reading = new()
    {
        CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false,
    };

    /// <summary>Reads settings.</summary>
    /// <param name="json">The file's text.</param>
    /// <param name="defaults">
    /// Values of the keys that the file leaves out, such as a preset's; without them the required keys must be in the file. The file's
    /// <c>rewards</c> replace the defaults' as a whole.
    /// </param>
    /// <exception cref="SettingsException">
    /// Lists what is wrong: unknown keys with the nearest known one, values of the wrong kind, values out of range.
    /// </exception>
    public static RunSettings Parse(string json, RunSettings? defaults = null)
    {
        var settings = Merge(json, defaults);
        RunSettingsValidator.Validate(settings);
        return settings;
    }

    /// <summary>As <see cref="Parse"/>, but values may be out of range: for who has a say over some of them after the file.</summary>
    /// <exception cref="SettingsException">Lists what is wrong: unknown keys with the nearest known one, values of the wrong kind.</exception>
    public static RunSettings Merge(string json, RunSettings? defaults)
    {
        var file = Read(json);
        var unknown = Unknown(file, typeof(RunSettings), "").ToList();
        if (file["ppo"] is JsonObject ppo)
            unknown.AddRange(Unknown(ppo, typeof(PpoSettings), "ppo."));
        if (file["drawing"] is JsonObject drawing)
            unknown.AddRange(Unknown(drawing, typeof(DrawingSettings), "drawing."));
        if (unknown.Count > 0)
            throw new SettingsException(unknown);

        var merged = defaults is null ? new JsonObject() : JsonSerializer.SerializeToNode(defaults, ContractJson.Strict)!.AsObject();
        Merge(file, merged);
        return Deserialize(merged);
    }

    /// <summary>Whether a file has that key.</summary>
    /// <exception cref="SettingsException">It is no JSON object.</exception>
    public static bool Has(string json, string key) => Read(json).ContainsKey(key);

    static JsonObject Read(string json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: Reading) as JsonObject
                ?? throw new SettingsException(["The settings must be one JSON object."]);
        }
        catch (JsonException exception)
        {
            throw new SettingsException([$"The settings are not JSON: {exception.Message}"]);
        }
    }

    static IEnumerable<string> Unknown(JsonObject part, Type type, string prefix)
    {
        var known = Keys(type);
        return from key in part.Select(pair => pair.Key)
               where !known.Contains(key)
               let nearest = known.MinBy(candidate => EditDistance(key.ToLowerInvariant(), candidate.ToLowerInvariant()))
               select $"{prefix}{key}: there is no such key; the nearest is {prefix}{nearest}.";
    }

    static void Merge(JsonObject from, JsonObject into)
    {
        foreach (var (key, value) in from)
        {
            if (key is "ppo" or "drawing" && value is JsonObject part && into[key] is JsonObject existing)
                Merge(part, existing);
            else
                into[key] = value?.DeepClone();
        }
    }

    static RunSettings Deserialize(JsonObject merged)
    {
        try
        {
            return merged.Deserialize<RunSettings>(ContractJson.Strict)!;
        }
        catch (JsonException exception)
        {
            var key = exception.Path is { Length: > 2 } path ? path[2..] : null;
            var kind = key is null ? null : Kind(key);
            throw new SettingsException([kind is null ? exception.Message : $"{key}: the value is of the wrong kind; allowed: {kind}."]);
        }
    }

    /// <summary>What a key's value must be, in words.</summary>
    static string? Kind(string key)
    {
        var type = key.Split('.').Aggregate((Type?)typeof(RunSettings), (type, name) =>
            type?.GetProperties().FirstOrDefault(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name) == name)?.PropertyType);
        return type switch
        {
            null => key.StartsWith("rewards.", StringComparison.Ordinal) ? "a number" : null,
            { IsEnum: true } => string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName)),
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(string) => "a text",
            _ when type == typeof(double) => "a number",
            _ when type == typeof(int) || type == typeof(long) => "a whole number",
            _ => "an object",
        };
    }

    static HashSet<string> Keys(Type type) =>
        [.. type.GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))];

    /// <summary>Insertions, deletions and replacements between two words (Levenshtein).</summary>
    static int EditDistance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }

        return row[b.Length];
    }
}
