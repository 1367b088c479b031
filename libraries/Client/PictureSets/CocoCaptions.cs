using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Client;

/// <summary>
/// The parts of a COCO captions file (cocodataset.org, "captions" annotation type) that matter here. What people wrote goes with the pictures
/// for evaluations to compare with; nothing that trains or rewards reads it.
/// </summary>
public sealed record CocoCaptions(
    [property: JsonPropertyName("images")] IReadOnlyList<CocoImage?>? Images,
    [property: JsonPropertyName("annotations")] IReadOnlyList<CocoAnnotation?>? Annotations,
    [property: JsonPropertyName("licenses")] IReadOnlyList<CocoLicense?>? Licenses)
{
    /// <summary>The pictures that a captions file names, in its order.</summary>
    /// <param name="file">The JSON file.</param>
    /// <param name="images">The folder of the pictures; null to look where COCO's own archives put them.</param>
    /// <exception cref="RequestException">It is no such file, or its pictures' folder is not found.</exception>
    public static IReadOnlyList<PictureSource> Read(string file, string? images)
    {
        var coco = Parse(file);
        var folder = images ?? FindFolder(file, coco.Images!);
        var captions = (coco.Annotations ?? []).OfType<CocoAnnotation>().Where(note => note.Caption is not null)
            .ToLookup(note => note.ImageId, note => note.Caption!.Trim());
        var licences = (coco.Licenses ?? []).OfType<CocoLicense>().GroupBy(licence => licence.Id)
            .ToDictionary(group => group.Key, group => group.First().Name);
        return [.. coco.Images!.Select((image, index) => image is { HasFileName: true }
            ? new PictureSource(
                image.FileName!, folder, [.. captions[image.Id]],
                image.License is { } id && licences.TryGetValue(id, out var name) ? name : null, image.FlickrUrl ?? image.CocoUrl)
            : new PictureSource($"images[{index}]", folder, [], null, null) { Problem = "has no usable file name" })];
    }

    /// <summary>Reads a captions file; it has pictures.</summary>
    /// <exception cref="RequestException">It is no such file.</exception>
    public static CocoCaptions Parse(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            var coco = JsonSerializer.Deserialize<CocoCaptions>(stream)
                ?? throw new RequestException($"{file} is no COCO captions file: it is null");
            return coco.Images is { Count: > 0 }
                ? coco
                : throw new RequestException($"{file} is no COCO captions file: it has no \"images\"");
        }
        catch (JsonException error)
        {
            throw new RequestException($"{file} is no COCO captions file: {error.Message}");
        }
    }

    /// <summary>
    /// For <c>captions_val2017.json</c>: its own folder, then <c>val2017</c> and <c>images</c> beside it, then the same one folder up.
    /// </summary>
    static string FindFolder(string file, IReadOnlyList<CocoImage?> images)
    {
        var picture = images.FirstOrDefault(image => image is { HasFileName: true })?.FileName
            ?? throw new RequestException($"none of the pictures of {file} has a usable \"file_name\"");
        var own = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var split = Path.GetFileNameWithoutExtension(file).Split('_', 2)[^1];
        string[] parents = [own, Path.GetDirectoryName(own) ?? own], names = [split, "images"];
        string[] candidates = [own, .. parents.SelectMany(parent => names.Select(name => Path.Combine(parent, name)))];
        return candidates.FirstOrDefault(folder => File.Exists(Path.Combine(folder, picture)))
            ?? throw new RequestException(
                $"the pictures of {file} ({picture}, ...) lie in none of {string.Join(", ", candidates)}; name their folder with --images");
    }
}

/// <summary>A picture of a COCO file.</summary>
public sealed record CocoImage(
    [property: JsonPropertyName("id")] long Id, [property: JsonPropertyName("file_name"), JsonRequired] string? FileName,
    [property: JsonPropertyName("license")] int? License, [property: JsonPropertyName("flickr_url")] string? FlickrUrl,
    [property: JsonPropertyName("coco_url")] string? CocoUrl)
{
    /// <summary>Whether its name can be that of a file; null, nothing and what contains NUL cannot.</summary>
    [JsonIgnore]
    public bool HasFileName => !string.IsNullOrEmpty(FileName) && !FileName.Contains('\0');
}

/// <summary>A caption of a COCO file.</summary>
public sealed record CocoAnnotation(
    [property: JsonPropertyName("image_id")] long ImageId, [property: JsonPropertyName("caption")] string? Caption);

/// <summary>A licence of a COCO file.</summary>
public sealed record CocoLicense(
    [property: JsonPropertyName("id")] int Id, [property: JsonPropertyName("name")] string? Name,
    [property: JsonPropertyName("url")] string? Url = null);
