using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Client;

/// <summary>Says what a run waits for, from what the store does not hold yet, and why, from what services gave up.</summary>
/// <param name="events">The store.</param>
/// <param name="parked">What was given up.</param>
public sealed class WaitingFor(EventAppender events, ParkedScores parked)
{
    /// <summary>The sentence, or null when the run is not under way.</summary>
    public async Task<string?> FindAsync(RunHistory run, CancellationToken cancellation)
    {
        if (run.State != RunState.Running) return null;
        if (run.Settings is not { } settings) return "the Learner to start the run";

        foreach (var evaluation in run.OpenEvaluations)
        {
            var what = $"evaluation of v{evaluation.Policy.Version}";
            if (await MissingAsync(run.RunId, what, evaluation.Captions, settings, cancellation) is { } missing) return missing;
        }
        foreach (var step in run.OpenSteps)
            if (await MissingAsync(run.RunId, $"step {step.Step + 1}", step.Captions, settings, cancellation) is { } missing)
                return missing;
        return "the Learner, which has everything for its next step";
    }

    async Task<string?> MissingAsync(
        Guid runId, string what, IReadOnlyList<CaptionRequest> captions, RunSettings settings, CancellationToken cancellation)
    {
        var streams = captions.Select(caption => Streams.Caption(caption.CaptionId)).ToArray();
        var written = (await events.LoadAsync<CaptionSampled>(streams, cancellation)).Count;
        IReadOnlyList<ImagesRendered> rendered =
            settings.Drawing is null ? [] : await events.LoadAsync<ImagesRendered>(streams, cancellation);
        var scores = await events.LoadAsync<CaptionScored>(streams, cancellation);
        var reasons = new Dictionary<string, string>();
        if (written == captions.Count)
            foreach (var name in settings.Rewards.Keys)
            {
                var scored = scores.Where(score => score.Reward == name).Select(score => score.CaptionId);
                Guid[] missing = [.. captions.Select(caption => caption.CaptionId).Except(scored)];
                if (missing.Length > 0 && await parked.WhyNotAsync(runId, name, missing, cancellation) is { } why) reasons[name] = why;
            }
        return Missing(what, captions.Count, settings, written, rendered, scores, reasons);
    }

    /// <summary>What a step or an evaluation waits for, null for nothing.</summary>
    /// <param name="what">The step or evaluation, in words.</param>
    /// <param name="captions">How many captions it has.</param>
    /// <param name="settings">The run's settings.</param>
    /// <param name="written">How many captions are written.</param>
    /// <param name="rendered">What was drawn of them.</param>
    /// <param name="scores">What was scored of them.</param>
    /// <param name="reasons">Why rewards gave messages up, by their names; null for nothing known.</param>
    public static string? Missing(
        string what, int captions, RunSettings settings, int written, IReadOnlyList<ImagesRendered> rendered,
        IReadOnlyList<CaptionScored> scores, IReadOnlyDictionary<string, string>? reasons = null)
    {
        if (written < captions) return $"Rollout: {captions - written} of {captions} captions of {what} are not written yet";

        var drawn = rendered.Select(drawing => drawing.CaptionId).ToHashSet();
        var scored = scores.CountBy(score => score.Reward).ToDictionary();
        var parts = new List<string>();
        if (settings.Drawing is not null && drawn.Count < captions)
            parts.Add($"Diffusion: {captions - drawn.Count} of {captions} captions of {what} are not drawn yet");
        foreach (var name in settings.Rewards.Keys.Order(StringComparer.Ordinal))
        {
            // A reward that looks at pictures cannot be blamed for captions that are not drawn.
            var ready = settings.Drawing?.Rewards.Contains(name) == true ? drawn.Count : captions;
            if (ready - scored.GetValueOrDefault(name) is > 0 and var missing)
                parts.Add($"reward {name}: {Format.Count(missing, "caption")} of {what} not scored yet"
                    + (reasons?.GetValueOrDefault(name) is { } why ? $": {why}" : ""));
        }
        return parts.Count == 0 ? null : string.Join("; ", parts);
    }
}
