using System.Diagnostics;
using JasperFx.Events;
using Marten;
using Marten.Events;
using Marten.Events.Archiving;
using Npgsql;
using Pipeline.Contracts;

namespace Pipeline.Hosting;

/// <summary>
/// Appends and reads events. Appending the same event again, at the same time or later, from here or another process, changes nothing.
/// </summary>
public sealed class EventAppender(IDocumentStore store, ServiceIdentity identity)
{
    /// <summary>
    /// Beside every event: SHA-256 of its canonical JSON. The roots and links of a run's history say that something was changed; this says
    /// which event.
    /// </summary>
    public const string DigestHeader = "sha256";

    /// <summary>Beside an event that was made within a trace: the trace's id, by which logs and traces of it are found.</summary>
    public const string TraceHeader = "trace";

    /// <summary>
    /// Beside an event that was made within a trace: milliseconds from when its message was taken until it was appended. No part of the
    /// history: it differs between machines.
    /// </summary>
    public const string ElapsedHeader = "elapsed_ms";

    /// <summary>Conflicts are with others that append to the same streams: each round one of them gets through.</summary>
    const int Attempts = 50;

    /// <summary>
    /// Appends those of <paramref name="events"/> that are not stored yet, all in one transaction. Streams are made as needed.
    /// </summary>
    /// <returns>The events that were new, in their order. For the others, what is stored counts: read it with <see
    /// cref="LoadAsync"/>.</returns>
    /// <exception cref="ArgumentException">Two of the events have one id.</exception>
    public async Task<IReadOnlyList<NewEvent>> AppendOnceAsync(
        IReadOnlyList<NewEvent> events, MessageMetadata metadata, CancellationToken cancellation = default)
    {
        if (events.DistinctBy(@event => @event.Id).Count() != events.Count)
            throw new ArgumentException("Two events have one id.", nameof(events));

        var missing = events;
        for (var attempt = 1; missing.Count > 0; attempt++)
        {
            try
            {
                await using var session = Session(metadata);
                // One order of streams for everybody: writers of the same streams wait for each other in a row and never in a circle. In
                // circles, which PostgreSQL breaks one by one after a second each, 16 writers of 8 events once took 143 s.
                foreach (var @event in missing.OrderBy(@event => @event.Stream, StringComparer.Ordinal))
                    session.Events.Append(@event.Stream, Build(session, @event.Id, @event.Data));
                await session.SaveChangesAsync(cancellation);
                return missing;
            }
            catch (Exception error) when (IsConflict(error) && attempt < Attempts)
            {
                var stored = await StoredAsync(missing, cancellation);
                missing = [.. missing.Where(@event => !stored.Contains(@event.Id))];
            }
        }
        return missing;
    }

    /// <summary>
    /// Appends <paramref name="events"/> to a stream that is at <paramref name="expectedVersion"/>, or was when they were appended before.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="expectedVersion">Its number of events before these; 0 for a new stream.</param>
    /// <param name="events">The ids and the data of the events.</param>
    /// <param name="metadata">Why they came to be.</param>
    /// <param name="cancellation">Cancels the append.</param>
    /// <returns>What the stream holds at their place: these events, or what was appended under their ids before.</returns>
    /// <exception cref="StreamVersionException">Other events are at their place.</exception>
    public async Task<IReadOnlyList<object>> AppendExpectedAsync(
        string stream, long expectedVersion, IReadOnlyList<(Guid Id, object Data)> events, MessageMetadata metadata,
        CancellationToken cancellation = default)
    {
        try
        {
            await using var session = Session(metadata);
            var wrapped = events.Select(@event => (object)Build(session, @event.Id, @event.Data));
            session.Events.Append(stream, expectedVersion + events.Count, wrapped);
            await session.SaveChangesAsync(cancellation);
            return [.. events.Select(@event => @event.Data)];
        }
        catch (Exception error) when (IsConflict(error))
        {
            var stored = await LoadStreamAsync(stream, 0, cancellation);
            var there = stored.Skip((int)expectedVersion).Take(events.Count).ToArray();
            if (!there.Select(@event => @event.Id).SequenceEqual(events.Select(@event => @event.Id)))
                throw new StreamVersionException(stream, expectedVersion, stored.Count);
            return [.. there.Select(@event => @event.Data)];
        }
    }

    /// <summary>
    /// All events of type <typeparamref name="T"/> in <paramref name="streams"/>, by one query: in the order of the streams given, within a
    /// stream in its own order. Archived ones too: what was put away is still what happened.
    /// </summary>
    public async Task<IReadOnlyList<T>> LoadAsync<T>(IEnumerable<string> streams, CancellationToken cancellation = default)
        where T : class
    {
        var keys = streams.ToArray();
        await using var session = store.QuerySession();
        var events = await session.Events.QueryAllRawEvents()
            .Where(@event => @event.StreamKey!.IsOneOf(keys) && @event.EventTypesAre(typeof(T)) && @event.MaybeArchived())
            .ToListAsync(cancellation);
        var byStream = events.ToLookup(@event => @event.StreamKey!);
        return [.. keys.SelectMany(key => byStream[key].OrderBy(@event => @event.Version)).Select(@event => (T)@event.Data)];
    }

    /// <summary>
    /// The events of a stream with their metadata, from version <paramref name="fromVersion"/> (counted from 1) on; none when there is no
    /// such stream. An archived stream is read like any other.
    /// </summary>
    public async Task<IReadOnlyList<IEvent>> LoadStreamAsync(string stream, long fromVersion = 0, CancellationToken cancellation = default)
    {
        await using var session = store.QuerySession();
        // Not Marten's FetchStream, which leaves out archived events.
        return await session.Events.QueryAllRawEvents()
            .Where(@event => @event.StreamKey == stream && @event.Version >= fromVersion && @event.MaybeArchived())
            .OrderBy(@event => @event.Version)
            .ToListAsync(cancellation);
    }

    /// <summary>Archives streams; those that are archived already stay so.</summary>
    public async Task ArchiveAsync(IEnumerable<string> streams, CancellationToken cancellation = default)
    {
        await using var session = store.LightweightSession();
        foreach (var stream in streams) session.Events.ArchiveStream(stream);
        await session.SaveChangesAsync(cancellation);
    }

    IDocumentSession Session(MessageMetadata metadata)
    {
        var session = store.LightweightSession();
        session.CorrelationId = metadata.RunId?.ToString("D");
        session.CausationId = metadata.CausationId;
        session.SetHeader("service", identity.Service);
        session.SetHeader("build", identity.Build);
        if (Activity.Current is { } activity)
        {
            session.SetHeader(TraceHeader, activity.TraceId.ToHexString());
            session.SetHeader(ElapsedHeader, Math.Round((DateTime.UtcNow - Began(activity)).TotalMilliseconds, 1));
        }
        return session;
    }

    /// <summary>When this process began with what it is doing: the message's consumption, whatever spans are open within it.</summary>
    static DateTime Began(Activity activity)
    {
        while (activity.Parent is { } outer) activity = outer;
        return activity.StartTimeUtc;
    }

    static IEvent Build(IDocumentSession session, Guid id, object data)
    {
        if (!EventNames.IsEvent(data.GetType()))
            throw new ArgumentException($"{data.GetType().Name} has no name in {nameof(EventNames)}.", nameof(data));
        var wrapped = session.Events.BuildEvent(data);
        wrapped.Id = id;
        wrapped.SetHeader(DigestHeader, CanonicalJson.Sha256(data));
        return wrapped;
    }

    async Task<HashSet<Guid>> StoredAsync(IReadOnlyList<NewEvent> events, CancellationToken cancellation)
    {
        var ids = events.Select(@event => @event.Id).ToArray();
        await using var session = store.QuerySession();
        var stored = await session.Events.QueryAllRawEvents()
            .Where(@event => @event.Id.IsOneOf(ids) && @event.MaybeArchived()).Select(@event => @event.Id).ToListAsync(cancellation);
        return [.. stored];
    }

    /// <summary>
    /// The event's id or its place in the stream was taken first by somebody else, or two transactions waited for each other.
    /// </summary>
    static bool IsConflict(Exception error) => Chain(error).Any(inner =>
        inner is EventStreamUnexpectedMaxEventIdException or ExistingStreamIdCollisionException
        || inner is PostgresException
        {
            SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure,
        });

    static IEnumerable<Exception> Chain(Exception error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException) yield return inner;
    }
}
