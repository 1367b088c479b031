using Pipeline.Downloads;
using Pipeline.ModelHub.Hub;

namespace Pipeline.ModelHub.Pull;

/// <summary>Makes a planned file: beside the packs first, then in its place.</summary>
sealed class FileFetcher(PackFolders folders, HubClient? hub, PullOptions options, IProgress<PullProgress>? progress)
{
    /// <summary>Fetches a file and compares its size and hash. It is not in its place yet.</summary>
    /// <returns>Its bytes and its SHA-256.</returns>
    /// <exception cref="DownloadException">It cannot be had, or is another one than it should be: then it is deleted.</exception>
    public async Task<(long Size, string Sha256)> FetchAsync(PlannedFile file, CancellationToken cancellation)
    {
        var place = folders.Place(file.Pack, file.File);
        if (file.Source == FileSource.Kept) return (FileHash.SizeOf(place), file.Expected!.Sha256);

        var incomplete = folders.Incomplete(file.Pack, file.File);
        Directory.CreateDirectory(Path.GetDirectoryName(incomplete)!);
        if (file.Source == FileSource.Hub)
            await new FileDownload(options).FetchAsync(
                new RemoteContent(
                    $"{file.On}", file.Remote!.Identity, file.Remote.Size, (range, stop) => hub!.GetAsync(file.On!, range, stop)),
                incomplete,
                bytes => Report(file, PullPhase.Fetching, bytes, file.Remote!.Size), cancellation);
        else
            Copy(file, incomplete);

        return await CheckAsync(file, incomplete, cancellation);
    }

    /// <summary>Puts a file that was fetched into its place.</summary>
    public void Place(PlannedFile file)
    {
        var place = folders.Place(file.Pack, file.File);
        if (file.Source != FileSource.Kept)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            PartRecord.Place(folders.Incomplete(file.Pack, file.File), place);
        }

        var size = FileHash.SizeOf(place);
        Report(file, PullPhase.Done, size, size);
    }

    void Copy(PlannedFile file, string incomplete)
    {
        File.Delete(incomplete);
        if (options.LinkCache && file.Source == FileSource.Cache) File.CreateSymbolicLink(incomplete, file.From!);
        else File.Copy(file.From!, incomplete);
    }

    async Task<(long, string)> CheckAsync(PlannedFile file, string incomplete, CancellationToken cancellation)
    {
        var size = FileHash.SizeOf(incomplete);
        Report(file, PullPhase.Checking, size, size);
        var hash = await FileHash.OfAsync(incomplete, cancellation);
        var right = file.File.Size ?? file.Remote?.Size;
        if (right is not null && size != right) throw Bad(file, incomplete, $"it has {size} bytes instead of {right}");
        if (file.Expected is { } expected && expected.Sha256 != hash)
            throw Bad(file, incomplete, $"its SHA-256 is {hash}, but {expected.Says} has {expected.Sha256}");
        return (size, hash);
    }

    static HubException Bad(PlannedFile file, string incomplete, string problem)
    {
        PartRecord.Discard(incomplete);
        var source = file.Source == FileSource.Cache ? $"the cache's {file.From}" : $"{file.On}";
        var way = file.Source == FileSource.Cache ? "delete it there and pull again" : "pull again";
        return new HubException($"{file.Name}: {problem}; it came from {source}, was deleted and never reached the pack: {way}");
    }

    void Report(PlannedFile file, PullPhase phase, long bytes, long? size) =>
        progress?.Report(new PullProgress(file.Pack.Name, file.File.Path, phase, bytes, size));
}
