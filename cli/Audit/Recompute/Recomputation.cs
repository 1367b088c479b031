using Pipeline.Captioner;
using Pipeline.Cli.DiscoverRewards;
using Pipeline.Cli.Local;
using Pipeline.Contracts;

namespace Pipeline.Cli.Audit.Recompute;

/// <summary>What to compute again.</summary>
/// <param name="Count">How many captions.</param>
/// <param name="Seed">Decides which.</param>
/// <param name="DiffusionModel">The folder of the model that draws.</param>
/// <param name="Patience">How long a reward may take.</param>
sealed record RecomputeRequest(int Count, int Seed, string DiffusionModel, TimeSpan Patience);

/// <summary>Does again what services did for some captions: write, draw, score.</summary>
static class Recomputation
{
    /// <summary>Computes and compares.</summary>
    public static async Task<Comparison> RunAsync(
        Connection connection, Guid runId, RecomputeRequest request, Action<string> say, CancellationToken cancellation)
    {
        var (settings, chosen) = await ChosenCaptions.DrawAsync(connection, runId, request.Count, request.Seed, cancellation);
        TorchRuntime.Use(connection.Options.TorchThreads, connection.Options.TorchDevice);
        var comparison = new Comparison();
        var offered = await new RewardDiscovery(connection.Options).FindAsync([.. settings.Rewards.Keys], cancellation);
        using var sampler = new SampledAgain(connection, comparison);
        using var drawer = new DrawnAgain(connection, request.DiffusionModel, comparison);
        var scorer = new ScoredAgain(connection, settings, offered, request.Patience, comparison);
        foreach (var (captions, number) in chosen.Select((captions, i) => (captions, i + 1)))
        {
            say($"{number} of {chosen.Count} groups");
            var streams = captions.Command.Captions.Select(caption => Streams.Caption(caption.CaptionId)).ToArray();
            var sampled = await connection.Events.LoadAsync<CaptionSampled>(streams, cancellation);
            var rendered = (await connection.Events.LoadAsync<ImagesRendered>(streams, cancellation)).ToLookup(images => images.CaptionId);
            await sampler.CompareAsync(captions, sampled.ToDictionary(caption => caption.CaptionId), cancellation);
            foreach (var caption in sampled.Where(caption => captions.Chosen.Contains(caption.CaptionId)))
                foreach (var round in rendered[caption.CaptionId]) await drawer.CompareAsync(caption, round, cancellation);
            await scorer.CompareAsync(
                captions, sampled, rendered, await connection.Events.LoadAsync<CaptionScored>(streams, cancellation), cancellation);
        }
        return comparison;
    }
}
