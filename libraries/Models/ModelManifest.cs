using System.Security.Cryptography;
using System.Text.Json;

namespace Pipeline.Models;

/// <summary>
/// A pack's own list of its files, <c>pack.json</c> beside the folders of its models: <c>{"files": [{"path", "size", "sha256"}]}</c>, paths
/// from the pack's root. Other keys are not read.
/// </summary>
public static class ModelManifest
{
    const string Manifest = "pack.json";

    static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    };

    /// <summary>
    /// Compares every file of the model in <paramref name="folder"/> that the pack's list names with its size and SHA-256 there. A folder
    /// without a pack.json beside it is no part of a pack: there is nothing to compare.
    /// </summary>
    /// <returns>How many files were compared.</returns>
    /// <exception cref="InvalidDataException">
    /// A file is missing or another one than the list says, or the list is broken; the message is one line that names the first bad file.
    /// </exception>
    public static int Verify(string folder)
    {
        var model = Path.TrimEndingDirectorySeparator(folder);
        var pack = Path.GetDirectoryName(Path.GetFullPath(model));
        return pack is null || !IsPack(pack) ? 0 : Require(pack, model, Path.GetFileName(Path.GetFullPath(model)) + "/");
    }

    /// <summary>Compares every file of a whole pack.</summary>
    /// <param name="pack">The folder that holds pack.json.</param>
    /// <returns>How many files were compared.</returns>
    /// <exception cref="InvalidDataException">As <see cref="Verify"/>, and also when there is no list.</exception>
    public static int VerifyPack(string pack) => IsPack(pack)
        ? Require(pack, pack, "")
        : throw new InvalidDataException($"{pack}: there is no {Manifest}, so nothing says what its files should be");

    /// <summary>Whether a folder is a pack: it holds a pack.json.</summary>
    public static bool IsPack(string folder) => File.Exists(Path.Combine(folder, Manifest));

    static int Require(string pack, string folder, string within)
    {
        var files = Read(Path.Combine(pack, Manifest)).Where(file => file.Path.StartsWith(within, StringComparison.Ordinal)).ToList();
        foreach (var (path, size, sha256) in files)
            Require(new FileInfo(Path.Combine(folder, path[within.Length..])), size, sha256);
        return files.Count;
    }

    static void Require(FileInfo file, long size, string sha256)
    {
        // As it was named, not made absolute: as the user wrote it.
        var name = file.ToString();
        if (!file.Exists) throw new InvalidDataException($"{name}: there is no such file; {Manifest} lists it");
        using var stream = file.OpenRead();
        // Not FileInfo's length: a link has its own.
        if (stream.Length != size) throw new InvalidDataException($"{name}: it has {stream.Length} bytes; {Manifest} says {size}");
        var actual = Convert.ToHexStringLower(SHA256.HashData(stream));
        if (actual != sha256) throw new InvalidDataException($"{name}: SHA-256 is {actual}; {Manifest} says {sha256}");
    }

    static IReadOnlyList<ListedFile> Read(string manifest)
    {
        try
        {
            var list = JsonSerializer.Deserialize<FileList>(File.ReadAllBytes(manifest), Strict);
            return [.. (list ?? throw new JsonException("null")).Files.Select(file => file ?? throw new JsonException("null in the list"))];
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException(
                $"{manifest}: it is no list of files, each with path, size and sha256: {problem.Message.ReplaceLineEndings(" ")}", problem);
        }
    }

    sealed record FileList(IReadOnlyList<ListedFile?> Files);

    sealed record ListedFile(string Path, long Size, string Sha256);
}
