using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Testing;

namespace Pipeline.FullSize.Weights;

/// <summary>A parameter of a published model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="TiedTo">The parameter that it is the same as; null for none.</param>
public sealed record ListedParameter(string Name, IReadOnlyList<long> Shape, string? TiedTo)
{
    /// <summary>How many numbers it holds.</summary>
    public long Count => Shape.Aggregate(1L, (count, length) => count * length);

    /// <summary>For comparisons, such as <c>name [2, 3]</c>.</summary>
    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}]";
}

/// <summary>What is known of the published models without their weights: fixtures/scale-config.</summary>
public static class ParameterList
{
    static string Folder => Fixtures.Path("scale-config");

    /// <summary>All parameters of a model, a tied one beside the one that it is tied to.</summary>
    /// <param name="model">The file's name up to <c>_parameters.json</c>.</param>
    public static IReadOnlyList<ListedParameter> Of(string model)
    {
        using var list = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, $"{model}_parameters.json")));
        return [.. list.RootElement.GetProperty("tensors").EnumerateArray().Select(tensor => new ListedParameter(
            tensor.GetProperty("name").GetString()!,
            [.. tensor.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64())],
            tensor.TryGetProperty("tied_to", out var tied) ? tied.GetString() : null))];
    }

    /// <summary>The parameters of a model, each counted once.</summary>
    public static long Count(this IReadOnlyList<ListedParameter> list) => list.Where(item => item.TiedTo is null).Sum(item => item.Count);

    /// <summary>Writes a published configuration.</summary>
    /// <param name="file">Its repository and path, as configs.json names it.</param>
    /// <param name="path">Where to.</param>
    public static void WriteConfig(string file, string path)
    {
        var configs = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Folder, "configs.json")))!;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, configs[file]!["values"]!.ToJsonString());
    }
}
