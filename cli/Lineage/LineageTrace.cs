using System.Runtime.CompilerServices;
using Pipeline.Cli.Terminal;
using Pipeline.Contracts;
using Pipeline.Learning.Steps;
using Pipeline.Projections;

namespace Pipeline.Cli.Lineage;

/// <summary>
/// Follows a version back to where it began. Each step proves by itself that nothing of it is missing: the Merkle root over the events of the
/// captions found is the one that was recorded when it was learned, and each version names the hash of the one before it.
/// </summary>
sealed class LineageTrace(Connection connection, ProjectionStore projections)
{
    /// <summary>Steps whose captions are read by one query.</summary>
    const int StepsAtOnce = 32;

    readonly LineageEvents _events = new(connection.Database);

    /// <summary>The runs behind a version, the oldest first: a run that began from another one's checkpoint goes on with that one's lineage.</summary>
    /// <exception cref="CliException">There is no such run or version.</exception>
    public async Task<IReadOnlyList<LineagePart>> PartsAsync(Guid runId, int version, CancellationToken cancellation)
    {
        var parts = new List<LineagePart>();
        var seen = new HashSet<Guid>();
        for (var (run, upTo) = (runId, version); seen.Add(run);)
        {
            var part = await _events.RunAsync(run, upTo, cancellation) ?? throw new CliException($"there is no run {run}");
            if (part.Made.Count != upTo)
                throw new CliException($"run {Format.Short(run)} has {part.Made.Count} of the {Format.Count(upTo, "version")} that lead to {Format.Short(run)}@{upTo}");
            parts.Insert(0, part);
            if (part.Started.Settings.Branch is { } branch)
            {
                (run, upTo) = (branch.RunId, branch.Parent.Version);
                continue;
            }
            var origin = (await projections.PoliciesAsync(part.Started.Settings.Captioner, cancellation)).FirstOrDefault(policy => policy.Version > 0);
            if (origin is null) break;
            (run, upTo) = (origin.RunId, origin.Version);
        }
        return parts;
    }

    /// <summary>The steps of a part, one after the other.</summary>
    public async IAsyncEnumerable<LineageStep> StepsAsync(LineagePart part, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var links = part.Made.Take(part.Version - 1).Prepend<object>(part.Started).AsParallel().AsOrdered().Select(Link.To).ToArray();
        var chunks = part.Made.Chunk(StepsAtOnce).ToArray();
        var next = chunks.Length > 0 ? ReadAsync(part, chunks[0], cancellation) : null;
        for (var i = 0; i < chunks.Length; i++)
        {
            var rows = await next!;
            // The next captions come from the database while these are hashed.
            if (i + 1 < chunks.Length) next = ReadAsync(part, chunks[i + 1], cancellation);
            var steps = chunks[i].AsParallel().AsOrdered().Select(made => Step(part, made, links[made.Version - 1], rows)).ToArray();
            foreach (var step in steps) yield return step;
        }
    }

    async Task<ILookup<string, StoredRow>> ReadAsync(LineagePart part, PolicyUpdated[] made, CancellationToken cancellation)
    {
        var ids = made.SelectMany(one => one.CaptionIds).Distinct().ToArray();
        var rows = await _events.CaptionsAsync(ids, cancellation);
        return part.Started.Settings.Branch is not { } branch ? rows
            : rows.SelectMany(stream => stream).Concat(await _events.ReplayAsync(branch.ReplayId, ids, cancellation)).ToLookup(row => row.Stream);
    }

    static LineageStep Step(LineagePart part, PolicyUpdated made, string link, ILookup<string, StoredRow> rows)
    {
        var captions = made.CaptionIds.Select(id => Caption(part, rows[Streams.Caption(id)])).OfType<LearnedCaption>().ToArray();
        return new(made, captions, [.. Problems(part, made, link, captions, rows)]);
    }

    /// <remarks>A branch learned from the captions and a replay's scores, from nothing else that was made of them.</remarks>
    static LearnedCaption? Caption(LineagePart part, IEnumerable<StoredRow> rows) => rows.FirstOrDefault(row => row.IsSampled) is not { } written
        ? null
        : part.Started.Settings.Branch is not null ? new(written, [], [.. rows.Where(row => row.IsRescored)])
        : new(
            written, [.. rows.Where(row => row.IsRendered)],
            [.. rows.Where(row => row.IsScored).OrderBy(row => row.Text("reward"), StringComparer.Ordinal)]);

    static IEnumerable<string> Problems(
        LineagePart part, PolicyUpdated made, string link, IReadOnlyList<LearnedCaption> captions, ILookup<string, StoredRow> rows)
    {
        foreach (var id in made.CaptionIds.Where(id => !rows[Streams.Caption(id)].Any(row => row.IsSampled)))
            yield return $"caption {id} is not in the store";
        var root = MerkleTree.Root([.. captions.SelectMany(caption => Leaves(caption, part.Started.Settings.Rewards.Keys))]);
        if (root != made.BatchRoot) yield return $"its captions' events have the root {root}, recorded is {made.BatchRoot}";
        if (link != made.Previous)
            yield return $"{(made.Version == 1 ? "run_started" : $"version {made.Version - 1}")} has the SHA-256 {link}, recorded is {made.Previous}";
    }

    /// <summary>In the order of <see cref="CaptionLeaves"/>, and of <see cref="StepRecord.FromReplay"/>.</summary>
    static IEnumerable<byte[]> Leaves(LearnedCaption caption, IEnumerable<string> rewards) =>
        caption.Rounds.Prepend(caption.Written).Concat(caption.Judged.Where(score => rewards.Contains(score.Text("reward"))))
            .Select(row => StoredLeaf.Of(row.Data));
}
