using Pipeline.Models;

namespace Pipeline.Hosting;

/// <summary>A checkpoint's files, read from the blob store.</summary>
sealed class CheckpointFiles(string manifestSha256, CheckpointManifest manifest, IBlobStore blobs) : IModelFiles
{
    readonly Dictionary<string, CheckpointFile> _files = manifest.Files.ToDictionary(file => file.Path, StringComparer.Ordinal);

    public string Name => $"checkpoint {manifestSha256}";

    public bool Exists(string path) => _files.ContainsKey(path);

    /// <remarks>Models are read synchronously; nothing here has a synchronisation context that waiting could block.</remarks>
    public Stream OpenRead(string path) => _files.TryGetValue(path, out var file)
        ? blobs.OpenReadAsync(file.Sha256).GetAwaiter().GetResult()
        : throw new FileNotFoundException($"{Name}: there is no {path}.", path);
}

/// <summary>Which paths a checkpoint may hold: relative ones that stay inside the folder it is exported to, on every system.</summary>
static class CheckpointPaths
{
    public static void Require(IEnumerable<string> paths)
    {
        // Two paths that differ by case would be one file on some systems.
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var path in paths)
        {
            if (!IsPlain(path)) throw new ArgumentException($"'{path}' is no plain relative path: only names, with '/' between folders.");
            if (!seen.Add(path)) throw new ArgumentException($"'{path}' is there twice.");
        }
    }

    static bool IsPlain(string path) =>
        !path.AsSpan().ContainsAny("\\:*?\"<>|") && !path.Any(char.IsControl)
        && path.Split('/').All(part => part is not ("" or "." or ".."));
}
