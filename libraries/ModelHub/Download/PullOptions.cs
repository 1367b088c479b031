namespace Pipeline.ModelHub.Download;

/// <summary>How files are fetched.</summary>
public sealed record PullOptions
{
    /// <summary>Connections at a time for one file; at least 1.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Bytes of a part: what a connection asks for at once, and the most that is fetched again after a cut.</summary>
    public long PartBytes { get; init; } = 64L << 20;

    /// <summary>How often in a row a request may fail without any progress before it is given up; at least 0.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>The wait after the first failure; it doubles with each further one, up to <see cref="LongestWait"/>.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait, also for a server's Retry-After; one that wants a longer one is told to the user.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A connection that gives nothing for so long counts as cut.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Told, in a line, why a request is tried again and when; from several threads.</summary>
    public Action<string>? Waiting { get; init; }

    /// <summary>Whether must-accept licences are accepted by the user.</summary>
    public bool AcceptLicences { get; init; }

    /// <summary>Whether files of the shared cache are linked instead of copied.</summary>
    public bool LinkCache { get; init; }

    /// <summary>Free bytes on the disk of a folder that exists.</summary>
    public Func<string, long> FreeBytes { get; init; } = folder =>
        new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
}
