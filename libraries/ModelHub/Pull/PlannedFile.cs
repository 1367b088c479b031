using Pipeline.ModelHub.Catalogue;
using Pipeline.ModelHub.Hub;

namespace Pipeline.ModelHub.Pull;

/// <summary>A file and where it will come from.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="File">The file.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="On">Where it is on the hub, by its commit when that is known; null for a file of this repository.</param>
/// <param name="Remote">What the hub says of it; null when the hub was not asked.</param>
/// <param name="From">The file to copy, for a file of the cache or of this repository.</param>
/// <param name="Expected">What its hash must be and who says so; null when nobody does.</param>
/// <param name="Needs">Bytes that it will take on the disk.</param>
sealed record PlannedFile(
    ModelPack Pack, PackFile File, FileSource Source, HubFile? On, RemoteFile? Remote, string? From, ExpectedHash? Expected, long Needs)
{
    /// <summary>As messages name it.</summary>
    public string Name => $"{Pack.Name}/{File.Path}";
}

/// <summary>What a hash must be.</summary>
/// <param name="Sha256">The hash.</param>
/// <param name="Trust">Whose word it is.</param>
/// <param name="Says">Who says so, for messages.</param>
sealed record ExpectedHash(string Sha256, HashTrust Trust, string Says);

/// <summary>Where files of packs lie under a folder.</summary>
/// <param name="Root">The folder.</param>
sealed record PackFolders(string Root)
{
    /// <summary>Where unfinished files grow: on the same disk, outside of the packs.</summary>
    public string Unfinished => Path.Combine(Root, ".incomplete");

    /// <summary>A file in its place.</summary>
    public string Place(ModelPack pack, PackFile file) => Path.Combine([Root, pack.Name, .. file.Path.Split('/')]);

    /// <summary>A file while it grows.</summary>
    public string Incomplete(ModelPack pack, PackFile file) =>
        Path.Combine([Unfinished, pack.Name, .. file.Path.Split('/')]) + ".incomplete";
}
