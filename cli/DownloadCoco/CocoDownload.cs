using Pipeline.Cli.Terminal;
using Pipeline.Downloads;

namespace Pipeline.Cli.DownloadCoco;

/// <summary>Pictures that are in the folder, ready to be imported.</summary>
/// <param name="Coco">The captions file that they are of.</param>
/// <param name="Pictures">The set.</param>
/// <param name="HeldOut">The second set; it has nothing in common with the first.</param>
sealed record CocoSelection(CocoCaptions Coco, IReadOnlyList<CocoImage> Pictures, IReadOnlyList<CocoImage> HeldOut);

/// <summary>
/// Brings a selection of COCO's pictures into a folder, and nothing else. What is there is kept, so that an interrupted command goes on.
/// </summary>
sealed class CocoDownload(CocoFolder folder, CocoSite site, DownloadOptions options)
{
    /// <summary>Fetches what is missing.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="replaced">Told, in a line, of each picture that was replaced, and why.</param>
    /// <param name="progress">Told how far it is, from several threads.</param>
    /// <param name="cancellation">Ends it; what arrived is kept.</param>
    /// <exception cref="CliException">It cannot be done; the message says why.</exception>
    /// <exception cref="DownloadException">The server cannot be reached, or gives something else.</exception>
    public async Task<CocoSelection> RunAsync(
        CocoRequest request, Action<string> replaced, IProgress<CocoProgress>? progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder.Pictures(request.Split));
        using var alone = FolderLock.Take(folder.Lock, folder.Root);
        using var http = request.IsOffline ? null : new HttpTransport(options);
        var file = await new CocoAnnotations(folder, site, http, options, progress).GetAsync(request.Split, cancellation);
        var coco = CocoCaptions.Parse(file);
        var order = CocoOrder.Of(coco, request, file);

        var broken = BrokenPictures.Load(folder.Broken(request.Split));
        var fetcher = new PictureFetcher(folder, request.Split, site, http, options, broken);
        var taken = await new CocoPictures(fetcher, broken, folder.Pictures(request.Split), options, progress)
            .TakeAsync(order, request.Total, replaced, cancellation);
        return new CocoSelection(coco, [.. taken.Take(request.Count)], [.. taken.Skip(request.Count)]);
    }
}
