using System.Net;
using System.Security.Cryptography;
using Pipeline.Downloads;
using Pipeline.Models.Pictures;

namespace Pipeline.Cli.DownloadCoco;

/// <summary>What became of a picture: it is there, or it has a problem, or nobody was asked for it.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Sha256">The hash of its file when it is there.</param>
/// <param name="Problem">Why it can never be had.</param>
sealed record FetchedPicture(CocoImage Image, string? Sha256, string? Problem)
{
    /// <summary>Whether it is not there and was not to be asked for.</summary>
    public bool IsMissing => Sha256 is null && Problem is null;
}

/// <summary>Brings single pictures into the folder of their split: a file is in its place only when it is complete and decodes.</summary>
sealed class PictureFetcher(
    CocoFolder folder, string split, CocoSite site, HttpTransport? http, DownloadOptions options, BrokenPictures broken)
{
    readonly PictureDecoder _decoder = new();
    readonly FileDownload _download = new(options);

    /// <summary>Fetches a picture unless it is there.</summary>
    /// <exception cref="DownloadException">The server cannot be reached, or gives nothing at all.</exception>
    public async Task<FetchedPicture> FetchAsync(CocoImage image, CancellationToken cancellation)
    {
        var place = Path.Combine(folder.Pictures(split), image.FileName!);
        if (File.Exists(place) && await CheckAsync(image, place, cancellation) is { Problem: null } kept) return kept;
        if (broken.Problem(image.FileName!) is { } known) return new FetchedPicture(image, null, known);
        if (http is null) return new FetchedPicture(image, null, null);

        var address = site.Picture(split, image.FileName!);
        var incomplete = folder.Incomplete(split, image.FileName!);
        try
        {
            await _download.FetchAsync(
                new RemoteContent(address.AbsoluteUri, null, null, (range, stop) => http.GetAsync(address, range, stop)), incomplete,
                _ => { }, cancellation);
        }
        catch (RefusedException refusal) when (refusal.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.Forbidden)
        {
            PartRecord.Discard(incomplete);
            return new FetchedPicture(image, null, refusal.Message);
        }

        var fetched = await CheckAsync(image, incomplete, cancellation);
        if (fetched.Problem is null) PartRecord.Place(incomplete, place);
        else PartRecord.Discard(incomplete);
        return fetched;
    }

    async Task<FetchedPicture> CheckAsync(CocoImage image, string file, CancellationToken cancellation)
    {
        try
        {
            var content = await File.ReadAllBytesAsync(file, cancellation);
            _decoder.Decode(content, image.FileName!);
            return new FetchedPicture(image, Convert.ToHexStringLower(SHA256.HashData(content)), null);
        }
        catch (PictureException problem)
        {
            return new FetchedPicture(image, null, problem.Message);
        }
    }
}
