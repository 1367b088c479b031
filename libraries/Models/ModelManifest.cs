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
    /// <exception cref="InvalidDataException">
    /// A file is missing or another one than the list says, or the list is broken; the message is one line that names the first bad file.
    /// </exception>
    public static void Verify(string folder)
    {
        var model = Path.TrimEndingDirectorySeparator(folder);
        var pack = Path.GetDirectoryName(Path.GetFullPath(model));
        if (pack is null || !File.Exists(Path.Combine(pack, Manifest))) return;

        var within = Path.GetFileName(Path.GetFullPath(model)) + "/";
        foreach (var (path, size, sha256) in Read(Path.Combine(pack, Manifest)))
            if (path.StartsWith(within, StringComparison.Ordinal))
                Require(new FileInfo(Path.Combine(model, path[within.Length..])), size, sha256);
    }

    static void Require(FileInfo file, long size, string sha256)
    {
        // As it was named, not made absolute: as the user wrote it.
        var name = file.ToString();
        if (!file.Exists) throw new InvalidDataException($"{name}: there is no such file; {Manifest} lists it");
        if (file.Length != size) throw new InvalidDataException($"{name}: it has {file.Length} bytes; {Manifest} says {size}");
        using var stream = file.OpenRead();
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
