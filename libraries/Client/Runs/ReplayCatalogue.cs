using Marten;
using Marten.Events;
using Pipeline.Contracts;
using Pipeline.Replays;

namespace Pipeline.Client;

/// <summary>The replays of a store.</summary>
public sealed class ReplayCatalogue(Connection connection)
{
    /// <summary>The replay of <paramref name="runId"/> that <paramref name="name"/> means: an id, the beginning of one, or <c>last</c>.</summary>
    /// <exception cref="RequestException">None or several are meant.</exception>
    public async Task<ReplayJournal> FindAsync(string name, Guid runId, CancellationToken cancellation)
    {
        await using var session = connection.Store.QuerySession();
        var replays = (await session.Events.QueryAllRawEvents()
                .Where(@event => @event.EventTypesAre(typeof(ReplayStarted))).OrderBy(@event => @event.Sequence).ToListAsync(cancellation))
            .Select(@event => (ReplayStarted)@event.Data).Where(replay => replay.RunId == runId).ToArray();
        if (replays.Length == 0) throw new RequestException($"run {Format.Short(runId)} was never replayed; do so with: {ThisCommand.Name} replay");
        var wanted = name.Replace("-", "");
        var found = name == "last" ? replays[^1..]
            : [.. replays.Where(replay => replay.ReplayId.ToString("N").StartsWith(wanted, StringComparison.OrdinalIgnoreCase))];
        var list = string.Join(", ", (found.Length > 1 ? found : replays).Select(replay => $"{Format.Short(replay.ReplayId)} ({replay.Reward})"));
        return found.Length == 1
            ? (await ReplayJournal.FindAsync(connection.Events, found[0].ReplayId, cancellation))!
            : throw new RequestException(
                found.Length == 0 ? $"run {Format.Short(runId)} has no replay '{name}'; it has {list}"
                : $"'{name}' may be any of {list}: give more of the id");
    }
}
