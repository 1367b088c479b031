namespace Pipeline.History.Bundles;

/// <summary>What an exported history holds.</summary>
/// <param name="Format">See <see cref="CurrentFormat"/>.</param>
/// <param name="RunId">The run.</param>
/// <param name="RunVersion">How many events the run's stream had.</param>
/// <param name="Events">How many events there are in all.</param>
/// <param name="EventsSha256">SHA-256 of the file of events.</param>
/// <param name="Blobs">The blobs that are there, by their SHA-256.</param>
public sealed record BundleManifest(
    string Format, Guid RunId, long RunVersion, int Events, string EventsSha256, IReadOnlyList<string> Blobs)
{
    /// <summary>The only format so far.</summary>
    public const string CurrentFormat = "pipeline-history/1";

    internal const string Path = "manifest.json";

    internal const string EventsPath = "events.jsonl";

    internal static string BlobPath(string sha256) => $"blobs/{sha256}";
}
