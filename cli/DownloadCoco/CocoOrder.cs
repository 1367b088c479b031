using Pipeline.Cli.Terminal;
using Pipeline.Models;

namespace Pipeline.Cli.DownloadCoco;

/// <summary>
/// In which order pictures of a captions file are taken: that of random numbers, each drawn from the seed and the picture's id alone. So it
/// depends neither on the file's order nor on which other licences are allowed.
/// </summary>
static class CocoOrder
{
    /// <summary>The pictures that may be taken: with an allowed licence, a caption and a usable name.</summary>
    /// <param name="coco">The captions file.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="file">The captions file's name, for messages.</param>
    /// <exception cref="CliException">A licence is unknown, or there are too few pictures.</exception>
    public static IReadOnlyList<CocoImage> Of(CocoCaptions coco, CocoRequest request, string file)
    {
        RequireLicences(coco, request, file);
        var captioned = (coco.Annotations ?? []).OfType<CocoAnnotation>().Where(note => !string.IsNullOrWhiteSpace(note.Caption))
            .Select(note => note.ImageId).ToHashSet();
        var allowed = coco.Images!.OfType<CocoImage>()
            .Where(image => image.License is { } licence && request.Licences.Contains(licence))
            .Where(image => IsPlain(image) && captioned.Contains(image.Id))
            .DistinctBy(image => image.Id).DistinctBy(image => image.FileName)
            .OrderBy(image => Place(request.Seed, image.Id)).ThenBy(image => image.Id).ToArray();
        if (allowed.Length >= request.Total) return allowed;

        var held = request.HeldOut > 0 ? $" ({request.Count} and {request.HeldOut} held out)" : "";
        throw new CliException(
            $"{file} has {Format.Count(allowed.Length, "picture")} with captions under licence {string.Join(", ", request.Licences)}; "
            + $"{request.Total} were asked for{held}");
    }

    static void RequireLicences(CocoCaptions coco, CocoRequest request, string file)
    {
        var known = (coco.Licenses ?? []).OfType<CocoLicense>().OrderBy(licence => licence.Id).ToArray();
        var unknown = request.Licences.Except(known.Select(licence => licence.Id)).ToArray();
        if (unknown.Length == 0) return;
        throw new CliException(
            $"{file} knows no licence {string.Join(", ", unknown)}; it has "
            + string.Join(", ", known.Select(licence => $"{licence.Id} ({licence.Name})")));
    }

    // The name becomes that of a file in the pictures' folder: it may not lead out of it.
    static bool IsPlain(CocoImage image) =>
        image is { HasFileName: true, FileName: { } name } && name is not ("." or "..") && !name.Contains('/') && !name.Contains('\\');

    static ulong Place(long seed, long id)
    {
        var (low, high, _, _) = Philox.Block(((uint)id, (uint)(id >> 32), 0, 0), ((uint)seed, (uint)(seed >> 32)));
        return (ulong)high << 32 | low;
    }
}
