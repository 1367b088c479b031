using System.Text.Json;
using Pipeline.Cli.Terminal;
using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Cli.ImportPictures;

/// <summary>
/// Names for picture sets: <c>picture-sets.json</c> beside the blobs, a name and the set's SHA-256 each. A convenience for people: runs
/// hold the SHA-256, so a name that is given anew changes no run.
/// </summary>
sealed class PictureSetNames(string blobFolder)
{
    readonly string _path = Path.Combine(blobFolder, "picture-sets.json");

    /// <summary>All names and what they stand for.</summary>
    public IReadOnlyDictionary<string, string> All() =>
        (File.Exists(_path) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(_path)) : null) ?? [];

    /// <summary>Lets <paramref name="name"/> stand for a set, also where it stood for another.</summary>
    public void Remember(string name, string setId)
    {
        var names = new SortedDictionary<string, string>(All().ToDictionary(), StringComparer.Ordinal) { [name] = setId };
        var whole = $"{_path}.{Environment.ProcessId}";
        File.WriteAllText(whole, JsonSerializer.Serialize(names, ContractJson.Strict));
        File.Move(whole, _path, overwrite: true);
    }

    /// <summary>The set that <paramref name="name"/> means: a remembered name, a SHA-256, or the beginning of a remembered set's.</summary>
    /// <returns>The set's SHA-256.</returns>
    /// <exception cref="CliException">None or several are meant.</exception>
    public async Task<string> FindAsync(string name, IBlobStore blobs, CancellationToken cancellation)
    {
        var names = All();
        if (names.TryGetValue(name, out var setId)) return setId;
        if (Sha256Hex.IsValid(name) && await blobs.ExistsAsync(name, cancellation)) return name;

        var found = name.Length < 6 ? [] : names.Values.Distinct().Where(id => id.StartsWith(name, StringComparison.Ordinal)).ToArray();
        var known = names.Count == 0 ? "none is imported yet" : $"imported are: {string.Join(", ", names.Keys)}";
        return found is [var only] ? only : throw new CliException($"'{name}' is no folder, no file and no imported picture set; {known}");
    }
}
