using System.Text.Json;
using Pipeline.Cli.ImportPictures;

namespace Pipeline.Cli.DownloadCoco;

/// <summary>
/// Imports selected pictures as sets. Each goes through a captions file of its own, which stays: it says what was selected, and
/// <c>data import</c> makes the same set of it elsewhere.
/// </summary>
sealed class CocoSets(CocoFolder folder, PictureArgument pictures)
{
    /// <summary>Imports a set: its pictures with their licences, URLs and, as references for evaluations only, what people wrote.</summary>
    /// <param name="name">The set's name.</param>
    /// <param name="split">The split that the pictures are of.</param>
    /// <param name="coco">The captions file that they are of.</param>
    /// <param name="images">The pictures, in their order.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<ImportReport> ImportAsync(
        string name, string split, CocoCaptions coco, IReadOnlyList<CocoImage> images, CancellationToken cancellation)
    {
        var (file, ids) = (folder.Selection(name), images.Select(image => image.Id).ToHashSet());
        var licences = images.Select(image => image.License).ToHashSet();
        var selection = new CocoCaptions(
            images, [.. (coco.Annotations ?? []).Where(note => note is not null && ids.Contains(note.ImageId))],
            [.. (coco.Licenses ?? []).Where(licence => licence is not null && licences.Contains(licence.Id))]);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllBytesAsync(file + ".new", JsonSerializer.SerializeToUtf8Bytes(selection), cancellation);
        File.Move(file + ".new", file, overwrite: true);
        return await pictures.ImportAsync(file, folder.Pictures(split), name, cancellation);
    }
}
