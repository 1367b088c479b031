using Marten;
using Marten.Events;
using Pipeline.Contracts;

namespace Pipeline.Cli.Runs;

/// <summary>What was drawn for a run, whichever captions it was for.</summary>
static class RunDrawings
{
    /// <summary>Every drawing of a caption of the run and when it was there, in that order; one query by the run's id.</summary>
    public static async Task<IReadOnlyList<(ImagesRendered Rendered, DateTimeOffset At)>> LoadAsync(
        Connection connection, Guid runId, CancellationToken cancellation)
    {
        var correlation = runId.ToString("D");
        await using var session = connection.Store.QuerySession();
        var events = await session.Events.QueryAllRawEvents()
            .Where(@event => @event.CorrelationId == correlation && @event.EventTypesAre(typeof(ImagesRendered)))
            .OrderBy(@event => @event.Sequence)
            .ToListAsync(cancellation);
        return [.. events.Select(@event => ((ImagesRendered)@event.Data, @event.Timestamp))];
    }
}
