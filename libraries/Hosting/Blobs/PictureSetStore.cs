using System.Text.Json;
using Pipeline.Contracts;

namespace Pipeline.Hosting;

/// <summary>Picture sets in the blob store: one manifest per set (canonical JSON), one blob per picture file.</summary>
public sealed class PictureSetStore(IBlobStore blobs)
{
    /// <summary>Stores the manifest of <paramref name="set"/>; its pictures are there already.</summary>
    /// <returns>SHA-256 of the manifest: equal sets have equal names.</returns>
    /// <exception cref="BlobNotFoundException">A picture is not in the store.</exception>
    public async Task<string> SaveAsync(PictureSet set, CancellationToken cancellation = default)
    {
        foreach (var picture in set.Pictures)
            if (!await blobs.ExistsAsync(picture.Sha256, cancellation))
                throw new BlobNotFoundException(picture.Sha256);
        return await blobs.PutAsync(CanonicalJson.Serialize(set), cancellation);
    }

    /// <summary>Reads the set whose manifest is <paramref name="sha256"/>.</summary>
    /// <exception cref="InvalidDataException">That blob is no picture set.</exception>
    public async Task<PictureSet> LoadAsync(string sha256, CancellationToken cancellation = default)
    {
        var manifest = await blobs.ReadAsync(sha256, cancellation);
        try
        {
            return JsonSerializer.Deserialize<PictureSet>(manifest, ContractJson.Options)
                ?? throw new InvalidDataException($"Blob {sha256} is no picture set: it is null.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"Blob {sha256} is no picture set: {error.Message}", error);
        }
    }
}
