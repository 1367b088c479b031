using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Pipeline.Contracts.Tests.Schemas;

/// <summary>A record's JSON Schema (draft 2020-12): what is on the wire, with the record's documentation.</summary>
static class MessageSchema
{
    static readonly JsonSerializerOptions Described = ContractJson.Configure(
        new JsonSerializerOptions { TypeInfoResolver = new DefaultJsonTypeInfoResolver() });

    static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema as its file has it.</summary>
    public static string Of(Type record)
    {
        var schema = Described.GetJsonSchemaAsNode(
            record, new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Describe }).AsObject();
        var document = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["$id"] = $"{Documented.FileName(record)}.json", ["title"] = record.Name,
        };
        foreach (var (key, value) in schema) document[key] = value?.DeepClone();
        return document.ToJsonString(Readable) + "\n";
    }

    static JsonNode Describe(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (schema is not JsonObject described) return schema;
        var description = context.PropertyInfo is { AttributeProvider: System.Reflection.MemberInfo member }
            ? Descriptions.Of(member.DeclaringType!, member.Name)
            : context.Path.Length == 0 ? Descriptions.Of(context.TypeInfo.Type) : null;
        if (description is not null) described.Insert(0, "description", description);
        return described;
    }
}
