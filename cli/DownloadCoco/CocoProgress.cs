namespace Pipeline.Cli.DownloadCoco;

/// <summary>How far something is.</summary>
/// <param name="What">What it is.</param>
/// <param name="Done">Bytes or pictures that are there.</param>
/// <param name="Total">All of them; null when not known.</param>
/// <param name="Unit">What is counted.</param>
sealed record CocoProgress(string What, long Done, long? Total, string Unit)
{
    /// <summary>Whether nothing is missing.</summary>
    public bool IsDone => Done == Total;
}
