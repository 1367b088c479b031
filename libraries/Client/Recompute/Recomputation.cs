using Pipeline.Captioner;
using Pipeline.Contracts;

namespace Pipeline.Client;

/// <summary>What to compute again with.</summary>
/// <param name="DiffusionModel">The folder of the model that draws.</param>
/// <param name="Patience">How long a reward may take.</param>
public sealed record RecomputeRequest(string DiffusionModel, TimeSpan Patience);

/// <summary>Does again what services did for some captions: write, draw, score.</summary>
public static class Recomputation
{
    /// <summary>Computes captions of a run again that are drawn at random, and compares them with what is recorded.</summary>
    /// <param name="connection">Where the run is.</param>
    /// <param name="runId">The run.</param>
    /// <param name="count">How many captions.</param>
    /// <param name="seed">Decides which.</param>
    /// <param name="request">What to compute with.</param>
    /// <param name="say">Told how far it is.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="RequestException">There is nothing to compute, or a reward does not answer.</exception>
    public static async Task<Comparison> OfRunAsync(
        Connection connection, Guid runId, int count, int seed, RecomputeRequest request, Action<string> say, CancellationToken cancellation)
    {
        var (settings, chosen) = await ChosenCaptions.DrawAsync(connection, runId, count, seed, cancellation);
        return await CompareAsync(connection, settings, chosen, request, say, cancellation);
    }

    /// <summary>Computes one caption again, with what was computed together with it.</summary>
    /// <param name="connection">Where the run is.</param>
    /// <param name="runId">The run that it was written for.</param>
    /// <param name="captionId">The caption.</param>
    /// <param name="request">What to compute with.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="RequestException">It belongs to no closed step or evaluation, or a reward does not answer.</exception>
    public static async Task<Comparison> OfCaptionAsync(
        Connection connection, Guid runId, Guid captionId, RecomputeRequest request, CancellationToken cancellation)
    {
        var (settings, chosen) = await ChosenCaptions.OneAsync(connection, runId, captionId, cancellation);
        return await CompareAsync(connection, settings, chosen, request, _ => { }, cancellation);
    }

    static async Task<Comparison> CompareAsync(
        Connection connection, RunSettings settings, IReadOnlyList<ChosenCaptions> chosen, RecomputeRequest request, Action<string> say,
        CancellationToken cancellation)
    {
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
