using System.Text.Json;
using Pipeline.Contracts;
using Pipeline.Models;

namespace Pipeline.Hosting;

/// <summary>A file of a checkpoint.</summary>
/// <param name="Path">Its path in the checkpoint, '/' between folders.</param>
/// <param name="Sha256">Its content in the blob store.</param>
/// <param name="Bytes">Its length.</param>
public sealed record CheckpointFile(string Path, string Sha256, long Bytes);

/// <summary>What a checkpoint consists of. The SHA-256 of its canonical JSON is the checkpoint's name.</summary>
/// <param name="Files">Its files, ordered by the UTF-16 code units of their paths.</param>
public sealed record CheckpointManifest(IReadOnlyList<CheckpointFile> Files);

/// <summary>Checkpoints as blobs: a manifest and the files that it names. Files that two checkpoints share are stored once.</summary>
public sealed class CheckpointStore(IBlobStore blobs)
{
    /// <summary>Stores the files and then their manifest.</summary>
    /// <returns>SHA-256 of the manifest.</returns>
    /// <exception cref="ArgumentException">A path is not a plain relative one, or is there twice.</exception>
    public async Task<string> SaveAsync(IEnumerable<(string Path, Action<Stream> Write)> files, CancellationToken cancellation = default)
    {
        var stored = new List<CheckpointFile>();
        foreach (var (path, write) in files)
        {
            var bytes = 0L;
            var sha256 = await blobs.PutAsync(
                stream =>
                {
                    write(stream);
                    bytes = stream.Length;
                },
                cancellation);
            stored.Add(new(path, sha256, bytes));
        }
        var manifest = new CheckpointManifest([.. stored.OrderBy(file => file.Path, StringComparer.Ordinal)]);
        CheckpointPaths.Require(manifest.Files.Select(file => file.Path));
        return await blobs.PutAsync(CanonicalJson.Serialize(manifest), cancellation);
    }

    /// <summary>Stores a folder's files, also those in its folders; names that begin with a dot are left out.</summary>
    /// <returns>SHA-256 of the manifest.</returns>
    public Task<string> ImportAsync(string folder, CancellationToken cancellation = default)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => (File: file, Path: Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/')))
            .Where(file => !file.Path.Split('/').Any(part => part.StartsWith('.')));
        return SaveAsync(files.Select(file => (file.Path, Copy(file.File))), cancellation);

        static Action<Stream> Copy(string file) => output =>
        {
            using var input = File.OpenRead(file);
            input.CopyTo(output);
        };
    }

    /// <summary>Opens a checkpoint. Each file is verified when it is opened.</summary>
    /// <exception cref="InvalidDataException">That blob is no checkpoint's manifest.</exception>
    public async Task<IModelFiles> OpenAsync(string manifestSha256, CancellationToken cancellation = default) =>
        new CheckpointFiles(manifestSha256, await ManifestAsync(manifestSha256, cancellation), blobs);

    /// <summary>Reads a checkpoint's manifest.</summary>
    /// <exception cref="InvalidDataException">That blob is no checkpoint's manifest.</exception>
    public async Task<CheckpointManifest> ManifestAsync(string manifestSha256, CancellationToken cancellation = default)
    {
        var json = await blobs.ReadAsync(manifestSha256, cancellation);
        try
        {
            var manifest = JsonSerializer.Deserialize<CheckpointManifest>(json, ContractJson.Options)
                ?? throw new JsonException("it is null.");
            CheckpointPaths.Require(manifest.Files.Select(file => file.Path));
            return manifest;
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"Blob {manifestSha256} is no checkpoint's manifest: {error.Message}", error);
        }
    }

    /// <summary>Writes a checkpoint as a folder that other programs load.</summary>
    /// <exception cref="IOException">The folder is there already and not empty.</exception>
    public async Task ExportAsync(string manifestSha256, string folder, CancellationToken cancellation = default)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new IOException($"Folder '{folder}' is not empty: a checkpoint is only exported into a new or empty folder.");

        foreach (var file in (await ManifestAsync(manifestSha256, cancellation)).Files)
        {
            var path = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var input = await blobs.OpenReadAsync(file.Sha256, cancellation);
            await using var output = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            await input.CopyToAsync(output, cancellation);
        }
    }
}
