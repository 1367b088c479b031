using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Pipeline.ModelHub.Catalogue;

/// <summary>The packs that a manifest in the repository describes, <c>models/full/manifest.json</c>.</summary>
public sealed partial class PackCatalogue
{
    static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    PackCatalogue(string folder, IReadOnlyList<ModelPack> packs) => (Folder, Packs) = (folder, packs);

    /// <summary>The manifest's folder: files that come with the repository lie in it.</summary>
    public string Folder { get; }

    /// <summary>The packs, in the manifest's order.</summary>
    public IReadOnlyList<ModelPack> Packs { get; }

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="HubException">It cannot be read or is wrong; the message names the file and the problem.</exception>
    public static PackCatalogue Load(string manifest)
    {
        List list;
        try
        {
            list = JsonSerializer.Deserialize<List>(File.ReadAllBytes(manifest), Strict) ?? throw new JsonException("it is null");
        }
        catch (Exception problem) when (problem is JsonException or IOException)
        {
            throw new HubException($"{manifest}: it is no manifest of models: {problem.Message.ReplaceLineEndings(" ")}", problem);
        }

        if (Problem(list) is { } wrong) throw new HubException($"{manifest}: {wrong}");
        return new PackCatalogue(Path.GetDirectoryName(Path.GetFullPath(manifest))!, list.Packs);
    }

    /// <summary>The pack of that name.</summary>
    /// <exception cref="HubException">There is none; the message lists those that there are.</exception>
    public ModelPack Find(string name) => Packs.FirstOrDefault(pack => pack.Name == name)
        ?? throw new HubException($"there is no pack '{name}'; there are {string.Join(", ", Packs.Select(pack => pack.Name))}");

    static string? Problem(List list)
    {
        if (list.Packs.GroupBy(pack => pack.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            return $"the pack {twice.Key} is there twice";
        foreach (var pack in list.Packs)
        {
            if (!Name().IsMatch(pack.Name)) return $"'{pack.Name}' is no name of a pack: lower-case letters, digits and hyphens";
            if (pack.Files.Count == 0) return $"the pack {pack.Name} has no files";
            foreach (var file in pack.Files)
            {
                if (!IsWithin(file.Path) || (file.Local is { } local && !IsWithin(local)))
                    return $"{pack.Name}: the path '{file.Path}' leads out of the folder";
                if (file.Sha256 is { } hash && !Sha256().IsMatch(hash))
                    return $"{pack.Name}/{file.Path}: sha256 must be 64 lower-case hexadecimal digits, or null when it is not known";
            }
        }

        return null;
    }

    static bool IsWithin(string path) =>
        !Path.IsPathRooted(path) && !path.Contains('\\') && path.Split('/').All(part => part is not ("" or "." or ".."));

    [GeneratedRegex("^[a-z0-9-]+$")]
    private static partial Regex Name();

    /// <summary>A SHA-256 as it is written everywhere here.</summary>
    [GeneratedRegex("^[0-9a-f]{64}$")]
    internal static partial Regex Sha256();

    sealed record List(IReadOnlyList<ModelPack> Packs);
}
