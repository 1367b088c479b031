using System.Security.Cryptography;
using Pipeline.Contracts;
using Pipeline.Models;

namespace Pipeline.Rewards;

/// <summary>What decides a reward's scores, as one hash.</summary>
public static class RewardFingerprint
{
    /// <summary>
    /// SHA-256 (64 lower-case hex digits) over the canonical JSON of <paramref name="settings"/> and the SHA-256 of each file that is
    /// there.
    /// </summary>
    /// <param name="settings">A record of what else decides the scores.</param>
    /// <param name="files">The model; null when there is none.</param>
    /// <param name="paths">Its files that decide the scores; those that the model does not have are left out.</param>
    public static string Of(object settings, IModelFiles? files = null, params IReadOnlyList<string> paths)
    {
        var hashes = paths.Where(path => files?.Exists(path) == true).Order(StringComparer.Ordinal)
            .ToDictionary(path => path, path => Hash(files!, path));
        return Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Serialize(new { settings, files = hashes })));
    }

    static string Hash(IModelFiles files, string path)
    {
        using var stream = files.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
