using Pipeline.Downloads;

namespace Pipeline.ModelHub.Pull;

/// <summary>How packs are pulled.</summary>
public sealed record PullOptions : DownloadOptions
{
    /// <summary>Whether must-accept licences are accepted by the user.</summary>
    public bool AcceptLicences { get; init; }

    /// <summary>Whether files of the shared cache are linked instead of copied.</summary>
    public bool LinkCache { get; init; }

    /// <summary>Free bytes on the disk of a folder that exists.</summary>
    public Func<string, long> FreeBytes { get; init; } = folder =>
        new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
}
