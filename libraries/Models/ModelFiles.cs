namespace Pipeline.Models;

/// <summary>
/// The files of one model by their path within it ("config.json", "model.safetensors"): a folder, or a checkpoint's manifest over
/// content-addressed blobs.
/// </summary>
public interface IModelFiles
{
    /// <summary>What error messages call the model: a folder's path, a checkpoint's hash.</summary>
    string Name { get; }

    /// <summary>Whether there is a file at <paramref name="path"/> ('/' between folders).</summary>
    bool Exists(string path);

    /// <summary>Opens a file for reading; the stream can seek.</summary>
    /// <exception cref="FileNotFoundException">There is no such file; the message names the model and the path.</exception>
    Stream OpenRead(string path);
}

/// <summary>A model in a folder on disk.</summary>
/// <param name="folder">The folder.</param>
public sealed class ModelFolder(string folder) : IModelFiles
{
    readonly string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;

    /// <inheritdoc/>
    public string Name => folder;

    /// <inheritdoc/>
    public bool Exists(string path) => File.Exists(PathOf(path));

    /// <inheritdoc/>
    public Stream OpenRead(string path)
    {
        var file = PathOf(path);
        return File.Exists(file) ? File.OpenRead(file) : throw new FileNotFoundException($"{Name}: there is no {path}.", file);
    }

    /// <summary>Every file's path within the model, in ordinal order; names that begin with a dot are left out.</summary>
    public IEnumerable<string> Paths() => Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/'))
        .Where(path => !path.Split('/').Any(part => part.StartsWith('.')))
        .Order(StringComparer.Ordinal);

    /// <summary>Where the file at <paramref name="path"/> is on disk, whether or not it is there.</summary>
    /// <exception cref="ArgumentException">The path leads out of the folder.</exception>
    public string PathOf(string path)
    {
        var file = Path.GetFullPath(Path.Combine(root, path));
        return file.StartsWith(root, StringComparison.Ordinal)
            ? file
            : throw new ArgumentException($"{Name}: the path '{path}' leads out of the model's folder.", nameof(path));
    }
}

/// <summary>Reading small files whole.</summary>
public static class ModelFilesExtensions
{
    /// <summary>The bytes of the file at <paramref name="path"/>.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static byte[] ReadAllBytes(this IModelFiles files, string path)
    {
        using var stream = files.OpenRead(path);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
