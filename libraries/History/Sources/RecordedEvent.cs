namespace Pipeline.History.Sources;

/// <summary>An event as it is stored, unread.</summary>
/// <param name="Stream">Its stream.</param>
/// <param name="Version">Its place there, from 1.</param>
/// <param name="Sequence">Its place among all events of the store: within a stream it rises with the version.</param>
/// <param name="Id">Its id.</param>
/// <param name="Type">The name it is stored under, see <see cref="Contracts.EventNames"/>.</param>
/// <param name="Json">What it says, to the byte.</param>
/// <param name="Digest">SHA-256 of its canonical JSON, recorded beside it when it was appended; null for events from before that was
/// done.</param>
public sealed record RecordedEvent(string Stream, long Version, long Sequence, Guid Id, string Type, string Json, string? Digest);

/// <summary>A stream as it is stored.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">How many events it has according to the store, which counts them apart from the events; 0 when there is
/// none.</param>
/// <param name="Events">The events that are there, by version.</param>
public sealed record RecordedStream(string Name, long Version, IReadOnlyList<RecordedEvent> Events);
