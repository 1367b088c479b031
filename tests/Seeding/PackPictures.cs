using System.Text.Json;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Testing;

namespace Pipeline.Seeding;

/// <summary>The embedded pack's pictures and captioner in a blob store, and what people wrote about the pictures.</summary>
sealed class PackPictures
{
    const int HeldOutCount = 16;

    static readonly string Folder = Path.Combine(Repository.Root, "models", "tiny");

    /// <summary>SHA-256 of the captioner's checkpoint manifest.</summary>
    public required string Captioner { get; init; }

    /// <summary>SHA-256 of the training set's manifest.</summary>
    public required string TrainSet { get; init; }

    /// <summary>SHA-256 of the held-out set's manifest.</summary>
    public required string HeldOutSet { get; init; }

    /// <summary>SHA-256 of each training picture.</summary>
    public required IReadOnlyList<string> TrainPictures { get; init; }

    /// <summary>SHA-256 of each held-out picture.</summary>
    public required IReadOnlyList<string> HeldOutPictures { get; init; }

    /// <summary>What people wrote about each picture.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Captions { get; init; }

    /// <summary>Puts pictures, sets and captioner into a blob store.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The pack has fewer training pictures, or none is asked for.</exception>
    public static async Task<PackPictures> LoadAsync(IBlobStore blobs, int pictures, CancellationToken cancellation)
    {
        var sets = new PictureSetStore(blobs);
        var train = await SetAsync(blobs, "train", pictures, cancellation);
        var heldOut = await SetAsync(blobs, "heldout", HeldOutCount, cancellation);
        return new()
        {
            Captioner = await new CheckpointStore(blobs).ImportAsync(Path.Combine(Folder, "captioner"), cancellation),
            TrainSet = await sets.SaveAsync(train, cancellation), HeldOutSet = await sets.SaveAsync(heldOut, cancellation),
            TrainPictures = [.. train.Pictures.Select(picture => picture.Sha256)],
            HeldOutPictures = [.. heldOut.Pictures.Select(picture => picture.Sha256)],
            Captions = train.Pictures.Concat(heldOut.Pictures).DistinctBy(picture => picture.Sha256)
                .ToDictionary(picture => picture.Sha256, picture => picture.Captions),
        };
    }

    static async Task<PictureSet> SetAsync(IBlobStore blobs, string name, int count, CancellationToken cancellation)
    {
        using var coco = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Folder, "pictures", $"captions_{name}.json"), cancellation));
        var captions = coco.RootElement.GetProperty("annotations").EnumerateArray()
            .ToLookup(entry => entry.GetProperty("image_id").GetInt32(), entry => entry.GetProperty("caption").GetString()!);
        var images = coco.RootElement.GetProperty("images").EnumerateArray().ToArray();
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, images.Length);
        var pictures = new List<Picture>();
        foreach (var image in images.Take(count))
        {
            var file = image.GetProperty("file_name").GetString()!;
            var sha256 = await blobs.PutAsync(await File.ReadAllBytesAsync(Path.Combine(Folder, "pictures", name, file), cancellation), cancellation);
            pictures.Add(new(
                sha256, file, image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32(),
                [.. captions[image.GetProperty("id").GetInt32()]], "Apache-2.0"));
        }
        return new($"seeded {name}", pictures);
    }
}
