namespace Pipeline.ModelHub.Hub;

/// <summary>
/// The cache that huggingface_hub keeps: <c>models--owner--name/{blobs,snapshots,refs}</c>. It is only read.
/// </summary>
sealed class HubCache(string folder)
{
    /// <summary>A file of the cache.</summary>
    /// <param name="Path">Where it is.</param>
    /// <param name="Commit">The commit it was found under; null when it was found by its tag.</param>
    /// <param name="Sha256">What the cache names it by, when that is a SHA-256; it is still to be checked.</param>
    public sealed record Entry(string Path, string? Commit, string? Sha256)
    {
        /// <summary>Bytes.</summary>
        public long Size => new FileInfo(Path).Length;
    }

    /// <summary>The file that the hub describes so; null when it is not there.</summary>
    public Entry? Find(HubFile file, RemoteFile remote)
    {
        var blob = remote.Etag is { } tag && tag.All(char.IsAsciiLetterOrDigit) ? Path.Combine(Repo(file), "blobs", tag) : null;
        if (blob is not null && File.Exists(blob)) return new Entry(blob, remote.Commit, remote.Sha256);
        return remote.Commit is { } commit ? InSnapshot(file, commit) : null;
    }

    /// <summary>The file as the cache last knew its revision, without the network; null when it is not there.</summary>
    public Entry? Find(HubFile file)
    {
        // huggingface_hub keeps refs/{revision}, also for a revision that itself begins with refs/.
        var reference = Path.Combine([Repo(file), "refs", .. file.Revision.Split('/')]);
        return InSnapshot(file, File.Exists(reference) ? File.ReadAllText(reference).Trim() : file.Revision);
    }

    Entry? InSnapshot(HubFile file, string commit)
    {
        var snapshot = Path.Combine([Repo(file), "snapshots", commit, .. file.Path.Split('/')]);
        if (!File.Exists(snapshot)) return null;
        var real = File.ResolveLinkTarget(snapshot, returnFinalTarget: true)?.FullName ?? snapshot;
        return new Entry(real, commit, new RemoteFile(null, Path.GetFileName(real), null).Sha256);
    }

    string Repo(HubFile file) => Path.Combine(folder, "models--" + file.Repo.Replace("/", "--"));
}
