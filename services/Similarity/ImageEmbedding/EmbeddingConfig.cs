using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Captioner.Configuration;
using Pipeline.Models;

namespace Pipeline.Similarity.ImageEmbedding;

/// <summary>Which network embeds pictures and what of it is the embedding: <c>image_embedding.json</c> in a model's folder.</summary>
public sealed record EmbeddingConfig
{
    /// <summary>The file's name.</summary>
    public const string FileName = "image_embedding.json";

    static readonly string[] Keys = ["model", "output", "input", "pooling", "center"];

    /// <summary>The ONNX file, by its path within the model's folder.</summary>
    public required string Model { get; init; }

    /// <summary>The value of the network's graph that is looked at, whether or not the file calls it an output.</summary>
    public required string Output { get; init; }

    /// <summary>The input that takes the picture; null when the network has only one.</summary>
    public string? Input { get; init; }

    /// <summary>How that value becomes the embedding.</summary>
    public Pooling Pooling { get; init; }

    /// <summary>
    /// Subtracted from every embedding before two are compared, one number for each of its places, such as the mean over a data set; null
    /// for nothing. Without it the cosine of features that are never negative hardly tells pictures apart.
    /// </summary>
    public IReadOnlyList<float>? Center { get; init; }

    /// <summary>Reads the file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ConfigException">It is broken; the message names the file and the key.</exception>
    public static EmbeddingConfig Load(IModelFiles files)
    {
        var (file, json) = ($"{files.Name}/{FileName}", files.ReadAllBytes(FileName));
        try
        {
            return Read(file, JsonNode.Parse(json) as JsonObject ?? throw new ConfigException(file, "the file", "holds no JSON object."));
        }
        catch (JsonException broken)
        {
            throw new ConfigException(file, "the file", "is no valid JSON: " + broken.Message.ReplaceLineEndings(" "));
        }
    }

    static EmbeddingConfig Read(string file, JsonObject json)
    {
        if (json.Select(entry => entry.Key).Except(Keys).FirstOrDefault() is { } unknown)
            throw new ConfigException(file, unknown, $"is not known; {string.Join(", ", Keys)} are.");
        return new EmbeddingConfig
        {
            Model = Text("model") ?? throw new ConfigException(file, "model", "is missing: the ONNX file's name."),
            Output = Text("output") ?? throw new ConfigException(file, "output", "is missing: the name of a value of the network."),
            Input = Text("input"),
            Pooling = Text("pooling") switch
            {
                null or "none" => Pooling.None,
                "mean" => Pooling.Mean,
                "max" => Pooling.Max,
                "cls" => Pooling.Cls,
                "flatten" => Pooling.Flatten,
                var other => throw new ConfigException(file, "pooling", $"is '{other}'; none, mean, max, cls and flatten are known."),
            },
            Center = json["center"] is { } center ? Numbers(center) : null,
        };

        string? Text(string key) => json[key] switch
        {
            null => null,
            JsonValue value when value.TryGetValue(out string? text) && text.Length > 0 => text,
            var other => throw new ConfigException(file, key, $"is {other.ToJsonString()}; a text is needed."),
        };

        float[] Numbers(JsonNode node) => node is JsonArray list && list.All(item => item?.GetValueKind() == JsonValueKind.Number)
            ? [.. list.Select(item => item!.GetValue<float>())]
            : throw new ConfigException(file, "center", "is no list of numbers.");
    }
}
