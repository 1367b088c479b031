using Pipeline.Downloads;
using Pipeline.ModelHub.Catalogue;
using Pipeline.ModelHub.Hub;

namespace Pipeline.ModelHub.Pull;

/// <summary>
/// Brings packs into a folder: <c>ROOT/NAME/...</c>, beside them <c>pack.json</c>, which services compare the files with, and
/// <c>pack.lock.json</c>, which says where each came from. A file is in its place only when its size and hash are right.
/// </summary>
/// <param name="catalogue">Where the packs are on the hub.</param>
/// <param name="settings">Where the hub is.</param>
/// <param name="options">How files are fetched.</param>
public sealed class PackPuller(PackCatalogue catalogue, HubSettings settings, PullOptions options)
{
    /// <summary>Room that is left on the disk for others, bytes.</summary>
    const long Margin = 64L << 20;

    /// <summary>Pulls what is missing of packs.</summary>
    /// <param name="packs">The packs.</param>
    /// <param name="root">The folder that holds the packs' folders.</param>
    /// <param name="progress">Told how far each file is, from several threads.</param>
    /// <param name="cancellation">Ends it; what arrived is kept.</param>
    /// <returns>Every file of the packs.</returns>
    /// <exception cref="DownloadException">It cannot be done; the message is one line that says what, where and the way out.</exception>
    public async Task<IReadOnlyList<PulledFile>> PullAsync(
        IReadOnlyList<ModelPack> packs, string root, IProgress<PullProgress>? progress = null, CancellationToken cancellation = default)
    {
        var folders = new PackFolders(Path.GetFullPath(root));
        Directory.CreateDirectory(folders.Unfinished);
        using var alone = FolderLock.Take(Path.Combine(folders.Unfinished, "pull.lock"), folders.Root);
        var known = PackLock.Load(folders.Root);
        RequireLicences(packs, known, folders);

        using var hub = settings.IsOffline ? null : new HubClient(settings, options);
        var plan = new PullPlan(catalogue, settings, folders, known, options.LinkCache);
        var files = new List<PlannedFile>();
        foreach (var pack in packs) files.AddRange(await plan.MakeAsync(pack, hub, progress, cancellation));
        RequireRoom(files, folders);

        var fetcher = new FileFetcher(folders, hub, options, progress);
        var pulled = new List<PulledFile>();
        foreach (var group in files.GroupBy(file => file.Pack))
        {
            foreach (var file in group) pulled.Add(await FetchAsync(file, fetcher, known, folders, cancellation));
            known.Of(group.Key.Name).VerifiedAt = DateTimeOffset.UtcNow;
            known.Save(folders.Root);
            known.SaveList(folders.Root);
        }

        return pulled;
    }

    static async Task<PulledFile> FetchAsync(
        PlannedFile file, FileFetcher fetcher, PackLock known, PackFolders folders, CancellationToken cancellation)
    {
        var entries = known.Of(file.Pack.Name).Files;
        var (size, hash) = await fetcher.FetchAsync(file, cancellation);
        var isFirst = !entries.TryGetValue(file.File.Path, out var locked) || locked.Sha256 != hash;
        if (isFirst)
        {
            locked = file.On is { } on
                ? new LockedFile(
                    on.Repo, file.File.Revision ?? file.Pack.Revision, file.Remote?.Commit ?? Commit(on), size, hash,
                    file.Expected?.Trust ?? HashTrust.Arrival)
                : new LockedFile(null, null, null, size, hash, HashTrust.Manifest);
            entries[file.File.Path] = locked;
            // Before the file is in its place: what is in place is always known.
            known.Save(folders.Root);
        }

        fetcher.Place(file);
        return new PulledFile(file.Pack.Name, file.File.Path, file.Source, locked!, isFirst);
    }

    static string? Commit(HubFile on) => on.Revision.Length == 40 && on.Revision.All(char.IsAsciiHexDigitLower) ? on.Revision : null;

    void RequireLicences(IReadOnlyList<ModelPack> packs, PackLock known, PackFolders folders)
    {
        foreach (var pack in packs.Where(pack => pack.Licence.MustAccept))
        {
            var entry = known.Of(pack.Name);
            if (entry.AcceptedLicence == pack.Licence.Name) continue;
            if (!options.AcceptLicences)
                throw new HubException(
                    $"{pack.Name}: its licence, {pack.Licence.Name}, restricts what it may be used for and must be accepted: read "
                    + $"{pack.Licence.Url} and pull again with --accept-licence");
            (entry.AcceptedLicence, entry.AcceptedAt) = (pack.Licence.Name, DateTimeOffset.UtcNow);
            known.Save(folders.Root);
        }
    }

    void RequireRoom(IReadOnlyList<PlannedFile> files, PackFolders folders)
    {
        var (needed, free) = (files.Sum(file => file.Needs), options.FreeBytes(folders.Root));
        if (needed > 0 && needed + Margin > free)
            throw new HubException(
                $"{folders.Root}: {needed:N0} bytes are still to come, and its disk has {free:N0} free (of which {Margin:N0} stay free); "
                + "make room, or name another folder with --to");
    }
}
