using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.ModelHub.Pull;

/// <summary>Whose word a recorded SHA-256 is.</summary>
public enum HashTrust
{
    /// <summary>The manifest's, in the repository.</summary>
    Manifest,

    /// <summary>The hub's, at the first pull (trust on first use).</summary>
    Hub,

    /// <summary>The shared cache's name for the file, at the first pull.</summary>
    Cache,

    /// <summary>Nobody's: computed of what arrived at the first pull; only the commit pins such a file.</summary>
    Arrival,
}

/// <summary>A file as it was first pulled; later pulls must give the same.</summary>
/// <param name="Repo">Its repository; null for a file that comes with this one.</param>
/// <param name="Revision">The revision that was asked for.</param>
/// <param name="Commit">The commit that this was.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Its hash.</param>
/// <param name="Trust">Whose word the hash is.</param>
public sealed record LockedFile(string? Repo, string? Revision, string? Commit, long Size, string Sha256, HashTrust Trust);

/// <summary>A pack as it was first pulled.</summary>
public sealed class LockedPack
{
    /// <summary>The licence that was accepted, and when; null when it needs no yes.</summary>
    public string? AcceptedLicence { get; set; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset? AcceptedAt { get; set; }

    /// <summary>When every file was last compared with its hash; null: never since something was pulled.</summary>
    public DateTimeOffset? VerifiedAt { get; set; }

    /// <summary>Its files by path.</summary>
    public SortedDictionary<string, LockedFile> Files { get; init; } = new(StringComparer.Ordinal);
}

/// <summary>What was pulled into a folder of packs: <c>pack.lock.json</c> beside the packs.</summary>
public sealed class PackLock
{
    const string FileName = "pack.lock.json";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The packs by name.</summary>
    public SortedDictionary<string, LockedPack> Packs { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The lock of a folder; empty when nothing was pulled there.</summary>
    /// <exception cref="HubException">It is broken; the message names it.</exception>
    public static PackLock Load(string root)
    {
        var file = Path.Combine(root, FileName);
        if (!File.Exists(file)) return new PackLock();
        try
        {
            return JsonSerializer.Deserialize<PackLock>(File.ReadAllBytes(file), Json) ?? throw new JsonException("it is null");
        }
        catch (JsonException problem)
        {
            throw new HubException(
                $"{file}: it cannot be read ({problem.Message.ReplaceLineEndings(" ")}); delete it to trust the hub anew", problem);
        }
    }

    /// <summary>The pack of that name, empty at first.</summary>
    public LockedPack Of(string pack) => Packs.TryGetValue(pack, out var known) ? known : Packs[pack] = new LockedPack();

    /// <summary>Writes it into a folder.</summary>
    public void Save(string root) => Write(Path.Combine(root, FileName), this);

    /// <summary>Writes <c>pack.json</c>: what services compare the files with when they start.</summary>
    public void SaveList(string root) => Write(Path.Combine(root, "pack.json"), new
    {
        name = "full",
        files = Packs.SelectMany(pack => pack.Value.Files.Select(file =>
            new { path = $"{pack.Key}/{file.Key}", size = file.Value.Size, sha256 = file.Value.Sha256 })),
    });

    static void Write<T>(string file, T content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file + ".new", JsonSerializer.SerializeToUtf8Bytes(content, Json));
        File.Move(file + ".new", file, overwrite: true);
    }
}
