using Pipeline.Models;
using Pipeline.ModelHub.Catalogue;

namespace Pipeline.ModelHub.Pull;

/// <summary>What is there of a pack.</summary>
/// <param name="Present">How many of its files are there with the size that is recorded of them.</param>
/// <param name="Total">How many it has.</param>
/// <param name="Bytes">Bytes of those that are there.</param>
/// <param name="VerifiedAt">When all of them were last compared with their hashes; null when never, or one was written since.</param>
public sealed record PackState(int Present, int Total, long Bytes, DateTimeOffset? VerifiedAt)
{
    /// <summary>Looks at sizes and times, not at contents: it is quick.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="root">The folder that holds the packs' folders.</param>
    /// <exception cref="HubException">The lock there is broken.</exception>
    public static PackState Of(ModelPack pack, string root)
    {
        var known = PackLock.Load(root).Of(pack.Name);
        var folders = new PackFolders(root);
        var there = pack.Files
            .Select(file => (Place: folders.Place(pack, file), Locked: known.Files.GetValueOrDefault(file.Path)))
            .Where(file => file.Locked is not null && File.Exists(file.Place) && FileHash.SizeOf(file.Place) == file.Locked.Size)
            .ToList();
        var isVerified = there.Count == pack.Files.Count && there.All(file => File.GetLastWriteTimeUtc(file.Place) <= known.VerifiedAt);
        return new PackState(there.Count, pack.Files.Count, there.Sum(file => file.Locked!.Size), isVerified ? known.VerifiedAt : null);
    }

    /// <summary>Compares every file of a pack with its hash, and records when.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="root">The folder that holds the packs' folders.</param>
    /// <returns>How many files were compared.</returns>
    /// <exception cref="HubException">The pack was not pulled, or not to its end.</exception>
    /// <exception cref="InvalidDataException">A file is missing or another one; the message names it.</exception>
    public static int Verify(ModelPack pack, string root)
    {
        var known = PackLock.Load(root);
        var missing = pack.Files.Where(file => !known.Of(pack.Name).Files.ContainsKey(file.Path)).ToList();
        if (missing.Count == pack.Files.Count || !ModelManifest.IsPack(root))
            throw new HubException($"{pack.Name} is not in {root}; get it with: ./pipeline models pull {pack.Name}");
        if (missing.Count > 0)
            throw new HubException(
                $"{pack.Name} in {root} was not pulled to its end ({missing[0].Path} is missing); "
                + $"go on with: ./pipeline models pull {pack.Name}");
        var compared = ModelManifest.Verify(Path.Combine(root, pack.Name));
        known.Of(pack.Name).VerifiedAt = DateTimeOffset.UtcNow;
        known.Save(root);
        return compared;
    }
}
