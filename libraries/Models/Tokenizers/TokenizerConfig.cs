using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Models.Tokenizers;

/// <summary>
/// What Hugging Face writes beside a vocabulary: <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and <c>added_tokens.json</c>,
/// each optional. Special tokens are written as a string or as an object with <c>content</c>.
/// </summary>
sealed class TokenizerConfig
{
    readonly string name;
    readonly JsonObject config;
    readonly JsonObject specials;

    TokenizerConfig(IModelFiles files)
    {
        name = files.Name;
        config = Read(files, "tokenizer_config.json");
        specials = Read(files, "special_tokens_map.json");
        var added = new Dictionary<string, int>();
        foreach (var (token, id) in Read(files, "added_tokens.json"))
            added[token] = (int)id!;
        foreach (var (id, token) in config["added_tokens_decoder"] as JsonObject ?? [])
            added[Content(token) ?? throw new FormatException($"added_tokens_decoder: {id} has no content")] = int.Parse(id);
        AddedTokens = added;
    }

    /// <summary>Ids of tokens that are not in the vocabulary's own file.</summary>
    public IReadOnlyDictionary<string, int> AddedTokens { get; }

    /// <summary>Reads what <paramref name="files"/> has of the three.</summary>
    /// <exception cref="InvalidDataException">One of them is not what it should be; the message names the model.</exception>
    public static TokenizerConfig Load(IModelFiles files)
    {
        try
        {
            return new TokenizerConfig(files);
        }
        catch (Exception problem) when (problem is FormatException or InvalidOperationException or NullReferenceException or JsonException)
        {
            throw new InvalidDataException($"{files.Name}: the tokenizer's configuration is damaged: {problem.Message}", problem);
        }
    }

    /// <summary>The special token for a role such as <c>eos_token</c>, or <paramref name="otherwise"/>.</summary>
    public string? Special(string role, string? otherwise) => Content(config[role]) ?? Content(specials[role]) ?? otherwise;

    /// <summary>The further special tokens.</summary>
    public IEnumerable<string> AdditionalSpecials => new[] { config, specials }
        .Select(file => file["additional_special_tokens"]).OfType<JsonArray>()
        .SelectMany(tokens => tokens).Select(Content).OfType<string>().Distinct();

    /// <summary>A switch such as <c>do_lower_case</c>, or <paramref name="otherwise"/>.</summary>
    public bool Flag(string key, bool otherwise) => (bool?)config[key] ?? otherwise;

    /// <summary>
    /// A length such as <c>model_max_length</c>, or <paramref name="otherwise"/>: also for the number beyond every length that is written
    /// where there is no limit.
    /// </summary>
    /// <exception cref="InvalidDataException">It is no whole number above 0.</exception>
    public int Length(string key, int otherwise) => config[key] switch
    {
        null => otherwise,
        JsonValue value when value.TryGetValue(out double number) && number >= 1 && number == Math.Floor(number) =>
            number > int.MaxValue ? otherwise : (int)number,
        var value => throw new InvalidDataException(
            $"{name}/tokenizer_config.json: {key} is {value.ToJsonString()}; it must be a whole number above 0."),
    };

    static string? Content(JsonNode? token) => (string?)(token is JsonObject described ? described["content"] : token);

    static JsonObject Read(IModelFiles files, string path) => !files.Exists(path)
        ? []
        : JsonNode.Parse(files.ReadAllBytes(path)) as JsonObject ?? throw new FormatException($"{path} is not a JSON object");
}
