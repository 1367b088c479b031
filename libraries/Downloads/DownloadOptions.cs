namespace Pipeline.Downloads;

/// <summary>How files are fetched.</summary>
public record DownloadOptions
{
    /// <summary>Connections at a time; at least 1.</summary>
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
}
