using System.Text.Json.Serialization;

namespace Pipeline.ModelHub.Catalogue;

/// <summary>A model as it can be pulled: where its files are, and under which licence.</summary>
/// <param name="Name">Its name, and that of its folder.</param>
/// <param name="What">What it is, in a line.</param>
/// <param name="Repo">The hub's repository, <c>owner/name</c>.</param>
/// <param name="Revision">Branch, commit or <c>refs/pr/N</c> of its files, unless a file names another.</param>
/// <param name="Licence">The weights' licence.</param>
/// <param name="Use">How the pipeline is pointed to it; <c>{folder}</c> stands for its folder.</param>
/// <param name="Files">Its files; at least one.</param>
public sealed record ModelPack(
    string Name, string What, string Repo, string Revision, PackLicence Licence, string Use, IReadOnlyList<PackFile> Files)
{
    /// <summary>About how many bytes it has: a file of unknown size counts as what the manifest estimates.</summary>
    [JsonIgnore]
    public long AboutBytes => Files.Sum(file => file.Size ?? file.About);
}

/// <summary>A licence.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Url">Where it can be read.</param>
/// <param name="MustAccept">Whether it restricts use, so that the user says yes before anything is pulled.</param>
public sealed record PackLicence(string Name, string Url, bool MustAccept = false);

/// <summary>A file of a pack.</summary>
/// <param name="Path">Its path in the pack's folder, '/' between folders.</param>
/// <param name="From">Its path in the repository, when that is another.</param>
/// <param name="Revision">Its own revision, when it is another than the pack's.</param>
/// <param name="Size">Bytes; null when not known here.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits; null when not known here: then the hub's word is taken at the first pull.</param>
/// <param name="Local">For a file that comes with this repository: its path beside the manifest. Nothing is pulled.</param>
/// <param name="About">Bytes, roughly, for lists; 0 for small files.</param>
public sealed record PackFile(
    string Path, string? From = null, string? Revision = null, long? Size = null, string? Sha256 = null, string? Local = null,
    long About = 0);
