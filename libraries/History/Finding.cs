using Pipeline.History.Sources;

namespace Pipeline.History;

/// <summary>What is wrong with a history, and where.</summary>
/// <param name="Stream">The stream of the bad event.</param>
/// <param name="Version">Its version there; 0 when it is about the source as a whole.</param>
/// <param name="Type">The name of its type.</param>
/// <param name="Problem">What is wrong, with what was expected and what was found.</param>
/// <param name="Suspects">
/// The streams of which one was changed, when hashes contradict each other and nothing tells more; only <paramref name="Stream"/>
/// otherwise.
/// </param>
/// <param name="Blob">The blob that is wrong; null when it is none.</param>
public sealed record Finding(
    string Stream, long Version, string Type, string Problem, IReadOnlyList<string> Suspects, string? Blob = null);

/// <summary>The history is bad; nothing after the finding was looked at.</summary>
/// <param name="finding">The finding.</param>
public sealed class BadHistoryException(Finding finding) : Exception(finding.Problem)
{
    /// <summary>What is wrong.</summary>
    public Finding Finding { get; } = finding;

    /// <summary>This event is bad.</summary>
    public static BadHistoryException At(RecordedEvent place, string problem, IEnumerable<string>? suspects = null) =>
        At(place.Stream, place.Version, place.Type, problem, suspects);

    /// <summary>What should be there is bad or missing.</summary>
    public static BadHistoryException At(string stream, long version, string type, string problem, IEnumerable<string>? suspects = null) =>
        new(new Finding(stream, version, type, problem, [.. suspects ?? [stream]]));

    /// <summary>A blob that this event names is bad.</summary>
    public static BadHistoryException At(RecordedEvent place, string what, BadBlobException blob) =>
        new(new Finding(place.Stream, place.Version, place.Type, $"{what}: {blob.Message}", [place.Stream], blob.Sha256));
}
