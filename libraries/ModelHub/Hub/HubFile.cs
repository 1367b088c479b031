namespace Pipeline.ModelHub.Hub;

/// <summary>A file on the hub.</summary>
/// <param name="Repo"><c>owner/name</c>.</param>
/// <param name="Revision">A branch, a commit, or <c>refs/pr/N</c>.</param>
/// <param name="Path">Its path in the repository.</param>
public sealed record HubFile(string Repo, string Revision, string Path)
{
    /// <summary>Its address: a revision is one segment, so that its slashes are escaped.</summary>
    public Uri Address(Uri endpoint) => new(
        $"{endpoint.AbsoluteUri.TrimEnd('/')}/{Repo}/resolve/{Uri.EscapeDataString(Revision)}/"
        + string.Join('/', Path.Split('/').Select(Uri.EscapeDataString)));

    /// <summary>As messages name it.</summary>
    public override string ToString() => $"{Repo} at {Revision}: {Path}";
}

/// <summary>What the hub says of a file.</summary>
/// <param name="Commit">The commit that the revision stands for, 40 hexadecimal digits; null when it did not say.</param>
/// <param name="Etag">The file's tag without quotes: a SHA-256 for large files, a git id for others; null when it did not say.</param>
/// <param name="Size">Bytes; null when it did not say.</param>
public sealed record RemoteFile(string? Commit, string? Etag, long? Size)
{
    /// <summary>The file's SHA-256 when the tag is one; otherwise only the commit pins the file.</summary>
    public string? Sha256 => Etag is { } tag && Catalogue.PackCatalogue.Sha256().IsMatch(tag) ? tag : null;

    /// <summary>By what fetched bytes are known to belong to the same file; null when nothing tells.</summary>
    public string? Identity => Etag ?? Commit;
}
