using Pipeline.Downloads;
using Pipeline.ModelHub.Catalogue;
using Pipeline.ModelHub.Hub;

namespace Pipeline.ModelHub.Pull;

/// <summary>Finds for every file where it will come from, before anything is fetched.</summary>
sealed class PullPlan(PackCatalogue catalogue, HubSettings settings, PackFolders folders, PackLock known, bool isLinked)
{
    readonly HubCache cache = new(settings.Cache);
    readonly Dictionary<(string Repo, string Revision), string> commits = [];

    /// <summary>Plans a pack.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="hub">The hub; null when the network is not to be touched.</param>
    /// <param name="progress">Told of files whose hash is compared.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="HubException">The hub has no such file, has another one than before, or is needed and not to be asked.</exception>
    public async Task<IReadOnlyList<PlannedFile>> MakeAsync(
        ModelPack pack, HubClient? hub, IProgress<PullProgress>? progress, CancellationToken cancellation)
    {
        var files = new List<PlannedFile>();
        var missing = new List<string>();
        foreach (var file in pack.Files)
        {
            var planned = await KeptAsync(pack, file, progress, cancellation) ?? OfRepository(pack, file)
                ?? (hub is null ? OfCache(pack, file) : await OfHubAsync(pack, file, hub, cancellation));
            if (planned is null) missing.Add(file.Path);
            else files.Add(planned);
        }

        return missing.Count == 0 ? files : throw new HubException(
            $"{pack.Name}: HF_HUB_OFFLINE is set, and neither {Path.Combine(folders.Root, pack.Name)} nor the cache {settings.Cache} has "
            + $"{string.Join(", ", missing)}; pull once with the network, or put {pack.Repo} into the cache");
    }

    // A manifest that names another revision by now asks for another file: what is known of the old one binds no more.
    LockedFile? Locked(ModelPack pack, PackFile file) =>
        known.Packs.GetValueOrDefault(pack.Name)?.Files.GetValueOrDefault(file.Path) is { } locked
        && locked.Repo == pack.Repo && locked.Revision == (file.Revision ?? pack.Revision) ? locked : null;

    async Task<PlannedFile?> KeptAsync(ModelPack pack, PackFile file, IProgress<PullProgress>? progress, CancellationToken cancellation)
    {
        var place = folders.Place(pack, file);
        if (file.Local is not null || Expected(pack, file, null) is not { } expected || !File.Exists(place)) return null;
        var size = FileHash.SizeOf(place);
        progress?.Report(new PullProgress(pack.Name, file.Path, PullPhase.Checking, size, size));
        return await FileHash.OfAsync(place, cancellation) == expected.Sha256
            ? new PlannedFile(pack, file, FileSource.Kept, OnHub(pack, file), null, null, expected, 0)
            : null;
    }

    PlannedFile? OfRepository(ModelPack pack, PackFile file) => file.Local is { } local
        ? new PlannedFile(pack, file, FileSource.Repository, null, null, Path.Combine(catalogue.Folder, local), null, 0)
        : null;

    PlannedFile? OfCache(ModelPack pack, PackFile file)
    {
        var on = OnHub(pack, file);
        return cache.Find(on) is { } entry ? OfCache(pack, file, on, null, entry) : null;
    }

    PlannedFile OfCache(ModelPack pack, PackFile file, HubFile on, RemoteFile? remote, HubCache.Entry entry)
    {
        var named = entry.Sha256 is { } hash ? new ExpectedHash(hash, HashTrust.Cache, "the cache's name for it") : null;
        return new PlannedFile(
            pack, file, FileSource.Cache, on with { Revision = entry.Commit ?? on.Revision }, remote, entry.Path,
            Expected(pack, file, remote) ?? named, isLinked ? 0 : entry.Size);
    }

    async Task<PlannedFile> OfHubAsync(ModelPack pack, PackFile file, HubClient hub, CancellationToken cancellation)
    {
        var on = OnHub(pack, file);
        var asked = on.Revision;
        if (commits.TryGetValue((on.Repo, asked), out var commit)) on = on with { Revision = commit };
        var remote = await hub.HeadAsync(on, cancellation);
        if (remote.Commit is { } now)
        {
            // A branch may move between two files: all of them are of the first one's commit.
            commits.TryAdd((on.Repo, asked), now);
            on = on with { Revision = now };
        }

        RequireSame(pack, file, remote);
        if (cache.Find(on, remote) is { } entry) return OfCache(pack, file, on, remote, entry);
        var left = PartRecord.Left(folders.Incomplete(pack, file), remote.Identity, remote.Size);
        return new PlannedFile(
            pack, file, FileSource.Hub, on, remote, null, Expected(pack, file, remote), Math.Max(0, (remote.Size ?? file.About) - left));
    }

    // What was pulled once is asked for by its commit.
    HubFile OnHub(ModelPack pack, PackFile file) =>
        new(pack.Repo, Locked(pack, file)?.Commit ?? file.Revision ?? pack.Revision, file.From ?? file.Path);

    ExpectedHash? Expected(ModelPack pack, PackFile file, RemoteFile? remote)
    {
        if (file.Sha256 is { } written) return new ExpectedHash(written, HashTrust.Manifest, "the manifest");
        if (Locked(pack, file) is { } locked) return new ExpectedHash(locked.Sha256, locked.Trust, "pack.lock.json, as first pulled,");
        return remote?.Sha256 is { } said ? new ExpectedHash(said, HashTrust.Hub, "the hub") : null;
    }

    void RequireSame(ModelPack pack, PackFile file, RemoteFile remote)
    {
        var expected = Expected(pack, file, remote);
        if (remote.Sha256 is { } said && said != expected!.Sha256)
            throw new HubException(
                $"{pack.Name}/{file.Path}: {expected.Says} has SHA-256 {expected.Sha256}, but the hub now has {said}; nothing was fetched");
        var size = file.Size ?? Locked(pack, file)?.Size;
        if (size is not null && remote.Size is not null && size != remote.Size)
            throw new HubException(
                $"{pack.Name}/{file.Path}: it should have {size} bytes, but the hub's has {remote.Size}; nothing was fetched");
    }
}
