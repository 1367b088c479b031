using System.Globalization;
using Pipeline.Cli.Terminal;

namespace Pipeline.Cli.Reproduce.Paper;

/// <summary>
/// Every version of every run is kept, so that it can be audited: much for a disk, which is better known before than when it is full.
/// </summary>
static class DiskNeed
{
    /// <summary>
    /// A version in sizes of the captioner's file: 3.7 were seen (14 MB for the embedded one, whose file is in half precision); 2.3 for
    /// the published one.
    /// </summary>
    const int Copies = 4;

    /// <summary>Says so when the folder of the blobs may have too little room; blobs in a bucket are not looked at.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="captioner">SHA-256 of the captioner's manifest.</param>
    /// <param name="versions">How many versions are made, if none of them is there yet.</param>
    /// <param name="cancellation">Cancels.</param>
    public static async Task WarnAsync(Connection connection, string captioner, int versions, CancellationToken cancellation)
    {
        var folder = connection.Options.Blobs;
        if (!Directory.Exists(folder)) return;
        using var weights = (await connection.Checkpoints.OpenAsync(captioner, cancellation)).OpenRead("model.safetensors");
        var (needed, free) = (weights.Length * Copies * versions, new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace);
        if (Warning(needed, free) is { } warning)
            Console.Error.WriteLine($"{warning} in {ShortPath.Of(folder)}. Runs wait when the disk is full, and go on when there is room again; "
                + $"{ThisCommand.Name} archive RUN --drop-blobs makes some.");
    }

    /// <summary>The warning; null when there is room.</summary>
    public static string? Warning(long needed, long free) => needed < free
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"warning: all versions of all runs take about {needed / 1e9:0.0} GB; there are {free / 1e9:0.0} GB free");
}
