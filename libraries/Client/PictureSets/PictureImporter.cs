using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Models.Pictures;

namespace Pipeline.Client;

/// <summary>What became of an import.</summary>
/// <param name="SetId">SHA-256 of the stored set; null when no picture was usable.</param>
/// <param name="Set">The stored set; null when no picture was usable.</param>
/// <param name="Skipped">Pictures that could not be used, and why.</param>
/// <param name="Duplicates">Pictures with the content of one before them, and which.</param>
public sealed record ImportReport(
    string? SetId, PictureSet? Set, IReadOnlyList<(string FileName, string Problem)> Skipped,
    IReadOnlyList<(string FileName, string First)> Duplicates);

/// <summary>
/// Brings pictures into the blob store. Each is decoded once here, so that a broken one is found now and by name, not by a worker later.
/// </summary>
public sealed class PictureImporter(IBlobStore blobs, PictureSetStore sets)
{
    readonly PictureDecoder _decoder = new();

    /// <summary>Imports <paramref name="sources"/> as a set. The same pictures under the same name make the same set.</summary>
    public async Task<ImportReport> ImportAsync(string name, IReadOnlyList<PictureSource> sources, CancellationToken cancellation)
    {
        var results = new Result[sources.Count];
        await Parallel.ForAsync(0, sources.Count, cancellation, async (i, token) => results[i] = await ImportAsync(sources[i], token));

        var skipped = results.Where(result => result.Problem is not null).Select(result => (result.FileName, result.Problem!)).ToArray();
        var usable = results.Where(result => result.Picture is not null).Select(result => result.Picture!).ToArray();
        var first = usable.GroupBy(picture => picture.Sha256).ToDictionary(group => group.Key, group => group.First());
        var duplicates = usable.Where(picture => first[picture.Sha256] != picture)
            .Select(picture => (picture.FileName, first[picture.Sha256].FileName)).ToArray();
        if (first.Count == 0) return new ImportReport(null, null, skipped, duplicates);

        var set = new PictureSet(name, [.. usable.Where(picture => first[picture.Sha256] == picture)]);
        return new ImportReport(await sets.SaveAsync(set, cancellation), set, skipped, duplicates);
    }

    async Task<Result> ImportAsync(PictureSource source, CancellationToken cancellation)
    {
        try
        {
            var content = await source.ReadAsync(cancellation);
            var pixels = _decoder.Decode(content, source.FileName);
            var sha256 = await blobs.PutAsync(content, cancellation);
            var picture = new Picture(
                sha256, source.FileName, pixels.Width, pixels.Height, source.Captions, source.Licence, source.Url);
            return new(source.FileName, picture, null);
        }
        catch (Exception error) when (error is PictureException or IOException or UnauthorizedAccessException)
        {
            return new(source.FileName, null, error.Message);
        }
    }

    sealed record Result(string FileName, Picture? Picture, string? Problem);
}
