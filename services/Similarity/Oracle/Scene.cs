using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Pipeline.Similarity.Oracle;

/// <summary>One object of a scene; places are pixels of the 64x64 picture.</summary>
public sealed record SceneObject(string Shape, string Colour, string Size, double X, double Y, double Radius);

/// <summary>What a picture of the tiny world shows: a background and one or two objects.</summary>
public sealed record Scene(string Background, IReadOnlyList<SceneObject> Objects)
{
    /// <summary>How much there is to say: shape, colour and size of each object, the background, the relation of two.</summary>
    public int Facts => 3 * Objects.Count + (Objects.Count == 2 ? 1 : 0) + 1;
}

/// <summary>The scenes of a pack's pictures, found by the SHA-256 of the picture's file.</summary>
public sealed class SceneCatalogue
{
    private readonly Dictionary<string, Scene> scenes;

    private SceneCatalogue(Dictionary<string, Scene> scenes) => this.scenes = scenes;

    /// <summary>The number of pictures whose scenes are known.</summary>
    public int Count => scenes.Count;

    /// <summary>Reads a scenes.json: an object whose keys are SHA-256 of picture files and whose values are scenes.</summary>
    /// <exception cref="InvalidDataException">The file is no such thing; the message names the file, the key and what is wrong.</exception>
    public static SceneCatalogue Load(string file)
    {
        using var document = SceneReader.Open(file);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"{file}: expected an object of scenes, found {document.RootElement.ValueKind}");
        var scenes = new Dictionary<string, Scene>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in document.RootElement.EnumerateObject())
            scenes[entry.Name] = SceneReader.Read(entry.Value, $"{file}: scene \"{entry.Name}\"");
        return new SceneCatalogue(scenes);
    }

    /// <summary>The scene of the picture whose file has this SHA-256 (hexadecimal, of either case).</summary>
    public bool TryFind(string sha256, [NotNullWhen(true)] out Scene? scene) => scenes.TryGetValue(sha256, out scene);
}

/// <summary>Reads scenes from JSON and says exactly what is wrong with one that it cannot read.</summary>
public static class SceneReader
{
    internal static JsonDocument Open(string file)
    {
        if (!File.Exists(file))
            throw new FileNotFoundException($"{file}: no such file; it should hold the scenes of the pictures", file);
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(file));
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file}: not JSON: {e.Message}", e);
        }
    }

    /// <summary>Reads one scene; <paramref name="where"/> begins every error message.</summary>
    public static Scene Read(JsonElement json, string where)
    {
        var background = Word(json, "background", Vocabulary.Backgrounds, where);
        if (!json.TryGetProperty("objects", out var list) || list.ValueKind != JsonValueKind.Array)
            throw new InvalidDataException($"{where}: no array \"objects\"");
        if (list.GetArrayLength() is not (1 or 2))
            throw new InvalidDataException($"{where}: \"objects\" holds {list.GetArrayLength()} objects; a scene has one or two");
        var objects = new List<SceneObject>();
        foreach (var item in list.EnumerateArray())
            objects.Add(Object(item, $"{where}, object {objects.Count + 1}"));
        return new Scene(background, objects);
    }

    private static SceneObject Object(JsonElement json, string where) => new(
        Word(json, "shape", Vocabulary.Shapes, where), Word(json, "colour", Vocabulary.Colours, where),
        Word(json, "size", Vocabulary.Sizes, where), Number(json, "x", where), Number(json, "y", where), Number(json, "radius", where));

    private static string Word(JsonElement json, string key, IReadOnlyList<string> known, string where)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(key, out var value) || value.ValueKind != JsonValueKind.String)
            throw new InvalidDataException($"{where}: no text \"{key}\"");
        var word = value.GetString()!;
        return known.Contains(word)
            ? word
            : throw new InvalidDataException($"{where}: \"{key}\" is \"{word}\"; known are {string.Join(", ", known)}");
    }

    private static double Number(JsonElement json, string key, string where) =>
        json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : throw new InvalidDataException($"{where}: no number \"{key}\"");
}
