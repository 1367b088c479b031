using Pipeline.Client;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Projections;
using Pipeline.Studio.Shared;

namespace Pipeline.Studio.Pictures;

/// <summary>Pictures and what was said of them.</summary>
static class PictureEndpoints
{
    /// <summary>The most pictures of one answer.</summary>
    const int Most = 500;

    /// <summary>Adds what they need.</summary>
    public static void AddPicturePages(this IServiceCollection services) => services.AddSingleton<PictureReader>();

    /// <summary>Maps the API.</summary>
    public static void MapPictures(this IEndpointRouteBuilder api)
    {
        api.MapGet("/pictures", (ProjectionStore projections, CancellationToken cancellation, Guid? run = null, string after = "", int count = 50) =>
                count is < 1 or > Most ? throw new RequestException($"count must be from 1 to {Most}") : projections.CaptionedPicturesAsync(run, after, count, cancellation))
            .WithName("ListPictures").WithTags("Pictures")
            .WithSummary("Pictures that have captions, by their SHA-256, with the newest caption; `after` is the last of the answer before");
        api.MapGet("/pictures/{sha256}", (string sha256, PictureReader pictures, CancellationToken cancellation, Guid? run = null) =>
                Sha256Hex.IsValid(sha256) ? pictures.ReadAsync(sha256, run, cancellation) : throw new MissingException($"'{sha256}' is no SHA-256."))
            .WithName("GetPicture").WithTags("Pictures").WithSummary($"What the versions of a run said of a picture: at most {PictureReader.MostVersions} of them, spread evenly");
        api.MapGet("/runs/{runId:guid}/evaluations/{version:int}/captions", (
                Guid runId, int version, ProjectionStore projections, CancellationToken cancellation, string split = "heldout", string mode = "greedy") =>
                Enum.TryParse<DecodingMode>(mode, ignoreCase: true, out var decoding) && Enum.IsDefined(decoding)
                    ? projections.EvaluationCaptionsAsync(runId, version, split, decoding, cancellation)
                    : throw new RequestException($"mode: '{mode}' is none of {string.Join(", ", Enum.GetNames<DecodingMode>()).ToLowerInvariant()}"))
            .WithName("GetEvaluationCaptions").WithTags("Pictures").WithSummary("The captions of an evaluation, with their scores");
    }
}
