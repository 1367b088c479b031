using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pipeline.TextToImage.Schedulers;

/// <summary>The keys of a configuration file; what is missing or null has the caller's default, what is wrong is named.</summary>
sealed partial class ConfigKeys
{
    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    readonly JsonObject keys;
    readonly string file;

    ConfigKeys(JsonObject keys, string file) => (this.keys, this.file) = (keys, file);

    /// <summary>A string of JSON, passed over, or a literal that Python writes although JSON has none.</summary>
    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"|(?<literal>-?Infinity|NaN)
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.Singleline)]
    private static partial Regex StringOrLiteral { get; }

    /// <summary>Reads the text of a JSON object.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static ConfigKeys Parse(string json, string file)
    {
        var quoted = StringOrLiteral.Replace(json, match => match.Groups["literal"].Success ? $"\"{match.Value}\"" : match.Value);
        try
        {
            return JsonNode.Parse(quoted, documentOptions: Strict) is JsonObject keys
                ? new ConfigKeys(keys, file)
                : throw new InvalidDataException($"{file} is not a JSON object.");
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{file} is not JSON: {problem.Message}", problem);
        }
    }

    /// <summary>A number, or null when there is none.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="allows">Which numbers are allowed.</param>
    /// <param name="allowed">The same in words.</param>
    public double? Number(string key, Predicate<double> allows, string allowed) =>
        keys[key] is not { } value ? null
        : TryNumber(value, out var number) && allows(number) ? number
        : throw Refused(key, allowed);

    /// <summary>A whole number.</summary>
    public int Integer(string key, int otherwise, int least, int most = int.MaxValue) =>
        keys[key] is not { } value ? otherwise
        : TryNumber(value, out var number) && number == Math.Floor(number) && number >= least && number <= most ? (int)number
        : throw Refused(key, most == int.MaxValue ? $"a whole number from {least} on" : $"a whole number from {least} to {most}");

    /// <summary>A list of exactly <paramref name="count"/> numbers, or null when there is none.</summary>
    public double[]? Numbers(string key, int count, Predicate<double> allows, string allowed)
    {
        if (keys[key] is not { } value)
            return null;
        var wanted = $"a list of {count} numbers, each {allowed}";
        var list = value as JsonArray ?? throw Refused(key, wanted);
        double[] numbers =
            [.. list.Select(item => TryNumber(item, out var number) && allows(number) ? number : throw Refused(key, wanted))];
        return numbers.Length == count ? numbers : throw Refused(key, $"{wanted}; there are {numbers.Length}");
    }

    /// <summary>A switch.</summary>
    public bool Flag(string key, bool otherwise) => keys[key] is not { } value ? otherwise : value.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Refused(key, "true or false"),
    };

    /// <summary>One of several names.</summary>
    public T Choice<T>(string key, T otherwise, params (string Name, T Value)[] allowed)
    {
        if (keys[key] is not { } value)
            return otherwise;
        var name = value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
        foreach (var choice in allowed)
            if (choice.Name == name)
                return choice.Value;
        throw Refused(key, string.Join(", ", allowed.Select(choice => choice.Name)));
    }

    /// <summary>A string, or null when there is none.</summary>
    public string? Text(string key) => keys[key] is not { } value ? null
        : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>()
        : throw Refused(key, "a name");

    /// <summary>Refuses a switch that is on: something that diffusers has and this library does not.</summary>
    public void MustBeOff(string key)
    {
        if (Flag(key, false))
            throw Refused(key, "false");
    }

    /// <summary>Refuses a value.</summary>
    public InvalidDataException Refused(string key, string allowed)
    {
        var value = keys[key]?.ToJsonString() ?? "missing";
        return new InvalidDataException(
            $"{file}: {key} is {(value.Length > 60 ? value[..60] + "..." : value)}, which is not supported; allowed: {allowed}.");
    }

    static bool TryNumber(JsonNode? value, out double number)
    {
        number = double.NaN;
        return value?.GetValueKind() switch
        {
            JsonValueKind.Number => value.AsValue().TryGetValue(out number),
            JsonValueKind.String => TryLiteral(value.GetValue<string>(), out number),
            _ => false,
        };
    }

    static bool TryLiteral(string literal, out double number)
    {
        number = literal switch
        {
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => double.NaN,
        };
        return literal is "Infinity" or "-Infinity" or "NaN";
    }
}
