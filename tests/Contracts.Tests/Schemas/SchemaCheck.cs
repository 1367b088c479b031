using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Contracts.Tests.Schemas;

/// <summary>
/// Whether JSON is as a schema says: the keywords that the schemas here use (draft 2020-12), and no other, so that none is passed over.
/// </summary>
static class SchemaCheck
{
    static readonly string[] Annotations = ["$schema", "$id", "title", "description", "default", "format"];

    /// <summary>What does not fit, each with the place; empty when all does.</summary>
    public static IEnumerable<string> Problems(JsonNode? value, JsonObject schema, JsonObject root, string place = "$") =>
        schema.Where(keyword => !Annotations.Contains(keyword.Key)).SelectMany(keyword => keyword.Key switch
        {
            "type" => Types(keyword.Value!).Any(type => IsOf(type, value)) ? [] : [$"{place} is no {keyword.Value!.ToJsonString()}"],
            "enum" => keyword.Value!.AsArray().Any(one => JsonNode.DeepEquals(one, value)) ? [] : [$"{place} is none of {keyword.Value!.ToJsonString()}"],
            "required" => keyword.Value!.AsArray().Select(name => (string)name!)
                .Where(name => value is JsonObject members && !members.ContainsKey(name)).Select(name => $"{place} lacks {name}"),
            "properties" => keyword.Value!.AsObject().Where(property => (value as JsonObject)?.ContainsKey(property.Key) == true)
                .SelectMany(property => Problems(value![property.Key], property.Value!, root, $"{place}.{property.Key}")),
            "items" => (value as JsonArray ?? []).SelectMany((item, index) => Problems(item, keyword.Value!, root, $"{place}[{index}]")),
            "additionalProperties" => (value as JsonObject ?? []).Where(member => (schema["properties"] as JsonObject)?.ContainsKey(member.Key) != true)
                .SelectMany(member => Problems(member.Value, keyword.Value!, root, $"{place}.{member.Key}")),
            "$ref" => Problems(value, Target(root, (string)keyword.Value!), root, place),
            "anyOf" => keyword.Value!.AsArray().Any(one => !Problems(value, one!, root, place).Any()) ? [] : [$"{place} is none of anyOf"],
            var other => [$"{place}: the keyword '{other}' is not known"],
        });

    static IEnumerable<string> Problems(JsonNode? value, JsonNode schema, JsonObject root, string place) => schema switch
    {
        JsonObject rules => Problems(value, rules, root, place),
        _ => (bool)schema ? [] : [$"{place} may not be there"],
    };

    static JsonNode Target(JsonObject root, string pointer) =>
        pointer.Split('/').Skip(1).Aggregate((JsonNode)root, (node, step) => node is JsonArray array ? array[int.Parse(step)]! : node[step]!);

    static IEnumerable<string> Types(JsonNode type) => type is JsonArray several ? several.Select(one => (string)one!) : [(string)type!];

    static bool IsOf(string type, JsonNode? value) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("null", JsonValueKind.Null) or ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array)
            or ("string", JsonValueKind.String) or ("number", JsonValueKind.Number) or ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => double.IsInteger(value!.GetValue<double>()),
        _ => false,
    };
}
