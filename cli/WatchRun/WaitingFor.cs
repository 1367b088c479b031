using Pipeline.Cli.Runs;
using Pipeline.Cli.Terminal;
using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Cli.WatchRun;

/// <summary>Says what a run waits for, from what the store does not hold yet.</summary>
static class WaitingFor
{
    /// <summary>The sentence, or null when the run is not under way.</summary>
    public static async Task<string?> FindAsync(RunHistory run, EventAppender events, CancellationToken cancellation)
    {
        if (run.State != RunState.Running) return null;
        if (run.Settings is not { } settings) return "the Learner to start the run";

        foreach (var evaluation in run.OpenEvaluations)
        {
            var what = $"evaluation of v{evaluation.Policy.Version}";
            if (await MissingAsync(what, evaluation.Captions, settings, events, cancellation) is { } missing) return missing;
        }
        foreach (var step in run.OpenSteps)
            if (await MissingAsync($"step {step.Step + 1}", step.Captions, settings, events, cancellation) is { } missing)
                return missing;
        return "the Learner, which has everything for its next step";
    }

    static async Task<string?> MissingAsync(
        string what, IReadOnlyList<CaptionRequest> captions, RunSettings settings, EventAppender events, CancellationToken cancellation)
    {
        var streams = captions.Select(caption => Streams.Caption(caption.CaptionId)).ToArray();
        var written = (await events.LoadAsync<CaptionSampled>(streams, cancellation)).Count;
        if (written < captions.Count)
            return $"Rollout: {captions.Count - written} of {captions.Count} captions of {what} are not written yet";

        var scores = (await events.LoadAsync<CaptionScored>(streams, cancellation)).CountBy(score => score.Reward).ToDictionary();
        var rewards = settings.Rewards.Keys.Order(StringComparer.Ordinal)
            .Select(name => (Name: name, Missing: captions.Count - scores.GetValueOrDefault(name)))
            .Where(reward => reward.Missing > 0)
            .Select(reward => $"reward {reward.Name}: {Format.Count(reward.Missing, "caption")} of {what} not scored yet")
            .ToArray();
        return rewards.Length == 0 ? null : string.Join("; ", rewards);
    }
}
