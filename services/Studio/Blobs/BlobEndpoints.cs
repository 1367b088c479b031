using Pipeline.Hosting;

namespace Pipeline.Studio.Blobs;

/// <summary><c>/blobs/{sha256}</c>: pictures are shown, everything else is downloaded.</summary>
static class BlobEndpoints
{
    /// <summary>How pictures begin (PNG, JPEG, WebP): what a blob is nobody has written down.</summary>
    static readonly (byte[] Beginning, string Type)[] Pictures =
    [
        ([0x89, 0x50, 0x4e, 0x47], "image/png"), ([0xff, 0xd8, 0xff], "image/jpeg"), ([0x52, 0x49, 0x46, 0x46], "image/webp"),
    ];

    /// <summary>Maps it.</summary>
    public static void MapBlobs(this IEndpointRouteBuilder app) => app.MapGet("/blobs/{sha256}", ReadAsync)
        .WithName("ReadBlob")
        .WithTags("Blobs")
        .WithSummary("A file by the SHA-256 of its content: a picture, or a file of a checkpoint")
        .Produces<byte[]>(contentType: "application/octet-stream")
        .ProducesProblem(StatusCodes.Status404NotFound);

    static async Task<IResult> ReadAsync(string sha256, IBlobStore blobs, HttpContext http, CancellationToken cancellation)
    {
        if (!Sha256Hex.IsValid(sha256) || !await blobs.ExistsAsync(sha256, cancellation))
            return Results.Problem($"There is no blob {sha256}.", statusCode: StatusCodes.Status404NotFound);
        var content = await blobs.OpenReadAsync(sha256, cancellation);
        var beginning = new byte[4];
        var read = await content.ReadAtLeastAsync(beginning, beginning.Length, throwOnEndOfStream: false, cancellation);
        content.Position = 0;
        http.Response.Headers.CacheControl = "private, max-age=31536000, immutable"; // its name is its content
        var type = Pictures.FirstOrDefault(known => beginning.AsSpan(0, read).StartsWith(known.Beginning)).Type;
        return type is null ? Results.Stream(content, "application/octet-stream", sha256) : Results.Stream(content, type);
    }
}
