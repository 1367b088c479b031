using System.Text.Json;
using Pipeline.Contracts;
using Pipeline.History.Sources;
using Pipeline.Models;

namespace Pipeline.History.CheckBlobs;

/// <summary>A file that a checkpoint's manifest names.</summary>
sealed record CheckpointEntry(string Path, string Sha256, long Bytes);

/// <summary>A checkpoint's manifest.</summary>
sealed record CheckpointListing(IReadOnlyList<CheckpointEntry> Files)
{
    /// <summary>Reads it; the SHA-256 of its bytes is the checkpoint's name.</summary>
    /// <exception cref="BadBlobException">It is not there, or no manifest.</exception>
    public static async Task<CheckpointListing> ReadAsync(IRecordedHistory history, string sha256, CancellationToken cancellation)
    {
        var json = await history.ReadAsync(sha256, cancellation);
        try
        {
            return JsonSerializer.Deserialize<CheckpointListing>(json, ContractJson.Options) ?? throw new JsonException("it is null.");
        }
        catch (JsonException error)
        {
            throw new BadBlobException(sha256, $"is no checkpoint's manifest: {error.Message}");
        }
    }

    /// <summary>The file at <paramref name="path"/>; null when there is none.</summary>
    public CheckpointEntry? Find(string path) => Files.FirstOrDefault(file => file.Path == path);
}

/// <summary>The small files of a checkpoint, to be read by who knows their layouts.</summary>
sealed class CheckpointFiles(IRecordedHistory history, string name, CheckpointListing listing) : IModelFiles
{
    public string Name => $"checkpoint {name}";

    public bool Exists(string path) => listing.Find(path) is not null;

    /// <remarks>Models are read synchronously; nothing here has a synchronisation context that waiting could block.</remarks>
    public Stream OpenRead(string path) => listing.Find(path) is { } file
        ? new MemoryStream(history.ReadAsync(file.Sha256, CancellationToken.None).GetAwaiter().GetResult(), writable: false)
        : throw new FileNotFoundException($"{Name}: there is no {path}.", path);
}
