using Npgsql;

namespace Pipeline.Projections.Policies;

/// <summary>Versions of a run that carry what was learned somewhere.</summary>
/// <param name="RunId">The run.</param>
/// <param name="First">The first of them; 0 when the run began from one that carries it.</param>
/// <param name="Newest">The newest.</param>
/// <param name="From">The run that this one began from; null for one that learned it itself.</param>
public sealed record Descent(Guid RunId, int First, int Newest, Guid? From)
{
    internal static async Task<IReadOnlyList<Descent>> FollowAsync(
        NpgsqlDataSource database, IEnumerable<(Guid RunId, int Version)> learned, CancellationToken cancellation)
    {
        var found = new Dictionary<Guid, Descent>();
        var next = new Queue<(Guid RunId, int First, Guid? From)>(learned.Select(one => (one.RunId, one.Version, (Guid?)null)));
        while (next.TryDequeue(out var one))
        {
            if (found.TryGetValue(one.RunId, out var known) && known.First <= one.First) continue;
            found[one.RunId] = new(one.RunId, one.First, await PolicyVersion.NewestAsync(database, one.RunId, cancellation), one.From);
            foreach (var begun in await PolicyVersion.BegunFromAsync(database, one.RunId, one.First, cancellation))
                next.Enqueue((begun.RunId, 0, one.RunId));
        }
        return [.. found.Values];
    }
}
