using System.Text.Json;
using Pipeline.Contracts;
using Pipeline.History.ReadEvents;
using Pipeline.History.Sources;

namespace Pipeline.History.CheckBlobs;

/// <summary>Picture sets: the manifest decides which captions a step asks for.</summary>
sealed class PictureSets(IRecordedHistory history, BlobCheck blobs)
{
    /// <summary>A set's pictures; none for no set.</summary>
    public async Task<IReadOnlyList<Picture>> PicturesAsync(ReadEvent by, string? set, CancellationToken cancellation)
    {
        if (set is null) return [];
        blobs.Want(set, "the picture set's manifest", by);
        try
        {
            var json = await history.ReadAsync(set, cancellation);
            var pictures = JsonSerializer.Deserialize<PictureSet>(json, ContractJson.Options)!.Pictures;
            foreach (var picture in pictures) blobs.Want(picture.Sha256, $"picture {picture.FileName}", by);
            return pictures;
        }
        catch (BadBlobException bad)
        {
            throw BadHistoryException.At(by.Recorded, "the picture set's manifest", bad);
        }
        catch (JsonException error)
        {
            throw by.Bad($"blob {set} is no picture set: {error.Message}");
        }
    }
}
