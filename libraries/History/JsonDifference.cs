using System.Text.Json.Nodes;
using Pipeline.Contracts;

namespace Pipeline.History;

/// <summary>The first place where two values differ, as a person reads it.</summary>
static class JsonDifference
{
    /// <summary>Where <paramref name="found"/>'s canonical JSON is not that of <paramref name="expected"/>; null when it is.</summary>
    public static string? Of(object expected, object found) => Of(expected, Text(found));

    /// <summary>The same for JSON that is there already.</summary>
    public static string? Of(object expected, string found)
    {
        var text = Text(expected);
        return text == found ? null : First("", JsonNode.Parse(text), JsonNode.Parse(found)) ?? "it is written otherwise";
    }

    static string Text(object value) => System.Text.Encoding.UTF8.GetString(CanonicalJson.Serialize(value));

    static string? First(string path, JsonNode? expected, JsonNode? found)
    {
        if (expected is JsonObject wanted && found is JsonObject members)
        {
            return wanted.Select(member => member.Key).Union(members.Select(member => member.Key)).Order(StringComparer.Ordinal)
                .Select(name => First(path.Length == 0 ? name : $"{path}.{name}", wanted[name], members[name]))
                .FirstOrDefault(difference => difference is not null);
        }
        if (expected is JsonArray items && found is JsonArray others && items.Count == others.Count)
        {
            return items.Select((item, index) => First($"{path}[{index}]", item, others[index]))
                .FirstOrDefault(difference => difference is not null);
        }
        return JsonNode.DeepEquals(expected, found) ? null : $"{path}: expected {Short(expected)}, found {Short(found)}";
    }

    static string Short(JsonNode? value)
    {
        if (value is null) return "nothing";
        if (value is JsonArray list) return $"{list.Count} items";
        var text = value.ToJsonString(ContractJson.Options);
        return text.Length <= 100 ? text : $"{text[..97]}...";
    }
}
