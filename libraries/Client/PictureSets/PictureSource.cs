
namespace Pipeline.Client;

/// <summary>A picture to be imported.</summary>
/// <param name="FileName">Its name within <paramref name="Folder"/>.</param>
/// <param name="Folder">The folder that it may not lead out of.</param>
/// <param name="Captions">What people wrote about it.</param>
/// <param name="Licence">Its licence, when known.</param>
/// <param name="Url">Where it came from, when known.</param>
public sealed record PictureSource(string FileName, string Folder, IReadOnlyList<string> Captions, string? Licence, string? Url)
{
    static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".webp"];

    /// <summary>Why it cannot be read, when that is known beforehand.</summary>
    public string? Problem { get; init; }

    /// <summary>The pictures of a folder and its folders, ordered by name.</summary>
    /// <exception cref="RequestException">There are none.</exception>
    public static IReadOnlyList<PictureSource> InFolder(string folder)
    {
        var names = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Endings.Contains(Path.GetExtension(file).ToLowerInvariant()))
            .Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (names.Length == 0) throw new RequestException($"there is no picture ({string.Join(", ", Endings)}) in {folder}");
        return [.. names.Select(name => new PictureSource(name, folder, [], null, null))];
    }

    /// <summary>The file's bytes.</summary>
    /// <exception cref="IOException">It is missing, cannot be read, lies outside of the folder, or has a <see cref="Problem"/>.</exception>
    public async Task<byte[]> ReadAsync(CancellationToken cancellation)
    {
        if (Problem is not null) throw new IOException(Problem);
        var root = Path.GetFullPath(Folder);
        var path = Path.GetFullPath(Path.Combine(root, FileName));
        if (!path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new IOException("leads out of the folder");
        if (!File.Exists(path)) throw new IOException("is missing");
        return await File.ReadAllBytesAsync(path, cancellation);
    }
}
