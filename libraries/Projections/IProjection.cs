using Npgsql;

namespace Pipeline.Projections;

/// <summary>
/// A table that answers what events do not answer quickly. It follows from the events alone: it can be thrown away and made again, and is then
/// the same. Events are taken in the order of the store, each once.
/// </summary>
interface IProjection
{
    /// <summary>Its name for people, and that of its progress.</summary>
    string Name { get; }

    /// <summary>Its table; more than one when it answers two questions.</summary>
    IReadOnlyList<string> Tables { get; }

    /// <summary>SQL that makes its tables and their indexes.</summary>
    string Definition { get; }

    /// <summary>Takes the events after number <paramref name="after"/> up to <paramref name="upTo"/>.</summary>
    Task TakeAsync(NpgsqlConnection database, long after, long upTo, CancellationToken cancellation);
}
