using Pipeline.Cli.Terminal;
using Pipeline.Contracts;
using Pipeline.Replays;

namespace Pipeline.Cli.BranchRun;

/// <summary>A branch's settings: those of the run, with the replay's reward in the place of its own.</summary>
static class BranchPlan
{
    /// <summary>The settings.</summary>
    /// <exception cref="CliException">The replay is not finished, or not of one line of whole steps.</exception>
    public static RunSettings Settings(RecordedRun run, ReplayJournal replay, RunHistory policies, OfferedRewards offered, string? name)
    {
        var id = Format.Short(replay.Replay.ReplayId);
        if (replay.Completed is null) throw new CliException($"replay {id} is not finished: the same replay command goes on with it");
        var steps = run.Steps.Where(step => step.Captions.Any(caption => replay.Scores.ContainsKey(caption.CaptionId))).ToArray();
        if (steps.Any(step => !step.Captions.All(caption => replay.Scores.ContainsKey(caption.CaptionId))))
            throw new CliException($"replay {id} has scored parts of steps (--sample): a branch learns from whole ones");
        if (steps.Index().Any(entry => entry.Item.Step != steps[0].Step + entry.Index))
            throw new CliException($"replay {id} has scored steps with gaps between them: a branch takes one after the other");

        // What the run recorded of held-out pictures is recorded of the branch too, as far as somebody offers it, and compared.
        var reward = replay.Replay.Reward;
        var rewards = new SortedDictionary<string, double>(StringComparer.Ordinal) { [reward] = 1 };
        var isEvaluated = run.Settings.HeldOutPictures is not null && offered.Offers(reward);
        if (isEvaluated) foreach (var other in run.Settings.Rewards.Keys.Where(offered.Offers)) rewards.TryAdd(other, 0);
        string[] drawn = isEvaluated ? [.. rewards.Keys.Where(offered.Pictures.Contains)] : [];
        var parent = policies.PolicyOf(steps[0].Step)
            ?? throw new CliException($"run {Format.Short(run.RunId)} has no version {steps[0].Step}, which the branch would begin with");
        var settings = run.Settings with
        {
            Name = name ?? $"{run.Settings.Name} with {reward}",
            Rewards = rewards,
            Steps = steps.Length,
            MaxStaleness = 0,
            HeldOutPictures = isEvaluated ? run.Settings.HeldOutPictures : null,
            Drawing = drawn.Length == 0 ? null
                : (run.Settings.Drawing ?? replay.Replay.Drawing ?? new DrawingSettings { Rewards = drawn }) with { Rewards = drawn },
            Branch = new BranchSettings(run.RunId, parent, steps[0].Step, replay.Replay.ReplayId),
            Ppo = run.Settings.Ppo with { WarmupSteps = Math.Min(run.Settings.Ppo.WarmupSteps, steps.Length) },
        };
        RunSettingsValidator.Validate(settings);
        return settings;
    }
}
