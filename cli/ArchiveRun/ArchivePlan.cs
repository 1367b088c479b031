using Pipeline.Cli.CollectGarbage;
using Pipeline.Contracts;

namespace Pipeline.Cli.ArchiveRun;

/// <summary>What archiving a run would do.</summary>
/// <param name="Streams">The streams that are archived: the run's and its captions'.</param>
/// <param name="Kept">The versions whose weights stay: the last and the best.</param>
/// <param name="Weights">Weights and optimisers of the other versions that nobody else uses.</param>
/// <param name="Drawings">Drawings that nobody else uses.</param>
/// <param name="Shared">How many blobs stay because others use them too.</param>
sealed record ArchivePlan(
    IReadOnlyList<string> Streams, IReadOnlyList<int> Kept, IReadOnlyList<string> Weights, IReadOnlyList<string> Drawings, int Shared)
{
    /// <summary>All that is dropped.</summary>
    public IReadOnlyList<string> Dropped => [.. Weights, .. Drawings];

    /// <summary>Plans it. Small files stay in any case: with them the events are audited as before.</summary>
    public static async Task<ArchivePlan> MakeAsync(
        Connection connection, RunHistory run, IReadOnlyList<Guid> captions, bool dropBlobs, CancellationToken cancellation)
    {
        string[] streams = [Contracts.Streams.Run(run.RunId), .. captions.Select(Contracts.Streams.Caption)];
        int[] kept = [.. ((int[])[BestVersion.Of(run), run.Steps.Count]).Distinct().Order()];
        if (!dropBlobs) return new(streams, kept, [], [], 0);

        var stays = await StayingAsync(connection, run, kept, streams, cancellation);
        var weights = new HashSet<string>();
        foreach (var step in run.Steps.Where(step => !kept.Contains(step.Made.Version)))
            weights.UnionWith(await WeightsAsync(connection, step.Made.Checkpoint, cancellation));
        var drawings = (await connection.Events.LoadAsync<ImagesRendered>(streams, cancellation))
            .SelectMany(rendered => rendered.Images).Select(image => image.Sha256).OfType<string>().ToHashSet();
        var shared = weights.Count(stays.Contains) + drawings.Count(stays.Contains);
        return new(streams, kept, [.. weights.Except(stays).Order(StringComparer.Ordinal)], [.. drawings.Except(stays).Order(StringComparer.Ordinal)], shared);
    }

    /// <summary>What others name, and the files of version 0 and of the versions that stay.</summary>
    static async Task<HashSet<string>> StayingAsync(
        Connection connection, RunHistory run, IEnumerable<int> kept, IReadOnlyCollection<string> streams, CancellationToken cancellation)
    {
        var stays = await new NamedBlobs(connection).OutsideAsync(streams, cancellation);
        foreach (var version in kept.Prepend(0))
            stays.UnionWith(await WeightsAsync(connection, run.PolicyOf(version)!.Checkpoint, cancellation));
        return stays;
    }

    static async Task<IEnumerable<string>> WeightsAsync(Connection connection, string checkpoint, CancellationToken cancellation) =>
        (await connection.Checkpoints.ManifestAsync(checkpoint, cancellation)).Files
            .Where(file => file.Path.EndsWith(".safetensors", StringComparison.Ordinal)).Select(file => file.Sha256);
}
