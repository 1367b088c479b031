using Pipeline.History.Sources;

namespace Pipeline.History.ReadEvents;

/// <summary>Reads streams whole: no gap, nothing twice, in the order in which it was appended.</summary>
sealed class EventStreams(IRecordedHistory history, AuditReport report)
{
    /// <summary>Every event of the stream; none when there is no such stream.</summary>
    public async Task<IReadOnlyList<ReadEvent>> ReadAsync(string name, CancellationToken cancellation) =>
        (await ReadAsync([name], cancellation))[0];

    /// <summary>Every event of the streams, in the order of their names.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<ReadEvent>>> ReadAsync(
        IReadOnlyCollection<string> names, CancellationToken cancellation) =>
        [.. (await history.StreamsAsync(names, cancellation)).Select(Read)];

    IReadOnlyList<ReadEvent> Read(RecordedStream stream)
    {
        var events = new List<ReadEvent>(stream.Events.Count);
        foreach (var recorded in stream.Events)
        {
            var expected = events.Count + 1;
            if (recorded.Version != expected)
                throw BadHistoryException.At(recorded, $"the stream goes on at version {recorded.Version}, expected {expected}");
            if (events.Count > 0 && recorded.Sequence <= events[^1].Recorded.Sequence)
                throw BadHistoryException.At(
                    recorded, $"its number in the store: expected more than the {events[^1].Recorded.Sequence} before it, found {recorded.Sequence}");
            events.Add(EventReader.Read(recorded));
            report.Events++;
            if (recorded.Digest is not null) report.Digests++;
        }
        return stream.Version == events.Count
            ? events
            : throw BadHistoryException.At(
                stream.Name, events.Count + 1L, "", $"the stream ends after {events.Count} events, expected {stream.Version}");
    }
}
