using System.Text.Json.Serialization;
using Pipeline.Contracts;

namespace Pipeline.Projections.Runs;

/// <summary>What a run is doing, by its last word.</summary>
public enum RunPhase
{
    /// <summary>It is under way.</summary>
    Running,

    /// <summary>Paused on request.</summary>
    Stopped,

    /// <summary>It gave up.</summary>
    Failed,

    /// <summary>Its last step was taken.</summary>
    Completed,
}

/// <summary>A step or an evaluation whose captions are fixed and which is not closed yet.</summary>
/// <param name="What"><c>step 3</c>, or <c>heldout greedy evaluation of version 2</c>.</param>
/// <param name="Captions">Its captions.</param>
/// <param name="Policy">The version that writes them.</param>
/// <param name="Opened">Since when.</param>
public sealed record OpenWork(string What, int Captions, int Policy, DateTimeOffset Opened);

/// <summary>An evaluation that was closed.</summary>
/// <param name="Version">The version measured.</param>
/// <param name="Split">On which pictures.</param>
/// <param name="Mode">How captions were decoded.</param>
/// <param name="Means">Each reward's mean.</param>
public sealed record EvaluationMeans(int Version, string Split, DecodingMode Mode, IReadOnlyDictionary<string, double> Means);

/// <summary>
/// A run in a few figures: its stream, folded. The fold needs nothing but the summary so far, so that a stored one goes on where it was, and
/// any earlier moment is the fold of the events until then.
/// </summary>
/// <param name="RunId">The run.</param>
/// <param name="Settings">What was asked for.</param>
/// <param name="Events">How many events of the stream are in it.</param>
/// <param name="Phase">What the run is doing.</param>
/// <param name="Failure">Why it failed; null when it did not.</param>
/// <param name="Policy">The newest version.</param>
/// <param name="Weights">SHA-256 of its model.safetensors; null for version 0.</param>
/// <param name="Captions">How many captions it learned from, from version 1 on.</param>
/// <param name="Scores">Each reward's mean over the newest step's captions.</param>
/// <param name="Kl">The newest step's KL to the reference; null before the first step.</param>
/// <param name="Open">Work that is open, oldest first.</param>
/// <param name="Evaluations">Evaluations that were closed, oldest first.</param>
/// <param name="Started">When the run started.</param>
/// <param name="LastEvent">When its last event happened.</param>
/// <param name="Archived">When it was archived; null when it was not.</param>
/// <param name="Suspicions">Versions that may have hacked their reward, oldest first; null for none.</param>
public sealed record RunSummary(
    Guid RunId, RunSettings Settings, long Events, RunPhase Phase, string? Failure, PolicyRef Policy, string? Weights, long Captions,
    IReadOnlyDictionary<string, double> Scores, double? Kl, IReadOnlyList<OpenWork> Open, IReadOnlyList<EvaluationMeans> Evaluations,
    DateTimeOffset Started, DateTimeOffset LastEvent, DateTimeOffset? Archived, IReadOnlyList<RewardHackingSuspected>? Suspicions = null)
{
    /// <summary>
    /// What the run learns from, over the newest step: the rewards' means in their weights; null before the first step, and where one of them is not
    /// recorded.
    /// </summary>
    [JsonIgnore]
    public double? Reward => Policy.Version > 0
        && Settings.Rewards.Where(reward => reward.Value != 0).Sum(reward => reward.Value * Scores.GetValueOrDefault(reward.Key, double.NaN)) is var sum
        && !double.IsNaN(sum)
            ? sum
            : null;

    /// <summary>The run after its first event.</summary>
    public static RunSummary Of(RunStarted started, DateTimeOffset at) => new(
        started.RunId, started.Settings, 1, RunPhase.Running, null, new PolicyRef(0, started.Settings.VersionZero()), null, 0,
        new Dictionary<string, double>(), null, [], [], at, at, null);

    /// <summary>The run after its next event. Events that say nothing about its progress only count.</summary>
    public RunSummary After(object @event, DateTimeOffset at)
    {
        var next = this with { Events = Events + 1, LastEvent = at };
        return @event switch
        {
            StepOpened opened => next with { Open = [.. Open, new(Step(opened.Step), opened.Captions.Count, opened.Policy.Version, at)] },
            PolicyUpdated made => next with
            {
                Policy = new PolicyRef(made.Version, made.Checkpoint), Weights = made.WeightsSha256, Captions = Captions + made.CaptionIds.Count,
                Scores = Means(made), Kl = made.Metrics.TryGetValue("objective/kl", out var kl) ? kl : null, Open = Without(Step(made.Version - 1)),
            },
            EvaluationOpened opened => next with
            {
                Open =
                [
                    .. Open,
                    new(Evaluation(opened.Split, opened.Decoding.Mode, opened.Policy.Version), opened.Captions.Count, opened.Policy.Version, at),
                ],
            },
            Evaluated done => next with
            {
                Open = Without(Evaluation(done.Split, done.Mode, done.Version)),
                Evaluations = [.. Evaluations, new(done.Version, done.Split, done.Mode, Means(done))],
            },
            RewardHackingSuspected suspected => next with { Suspicions = [.. Suspicions ?? [], suspected] },
            RunStopped => next with { Phase = RunPhase.Stopped },
            RunFailed failed => next with { Phase = RunPhase.Failed, Failure = failed.Reason },
            RunResumed => next with { Phase = RunPhase.Running, Failure = null },
            RunCompleted => next with { Phase = RunPhase.Completed },
            RunArchived => next with { Archived = at },
            _ => next,
        };
    }

    IReadOnlyList<OpenWork> Without(string what) => [.. Open.Where(open => open.What != what)];

    static string Step(int step) => $"step {step}";

    static string Evaluation(string split, DecodingMode mode, int version) =>
        $"{split} {mode.ToString().ToLowerInvariant()} evaluation of version {version}";

    static Dictionary<string, double> Means(PolicyUpdated made)
    {
        const string prefix = "reward/", suffix = "/mean";
        return made.Metrics
            .Where(metric => metric.Key.StartsWith(prefix, StringComparison.Ordinal) && metric.Key.EndsWith(suffix, StringComparison.Ordinal))
            .ToDictionary(metric => metric.Key[prefix.Length..^suffix.Length], metric => metric.Value);
    }

    static Dictionary<string, double> Means(Evaluated done) =>
        done.Rewards.ToDictionary(reward => reward.Key, reward => reward.Value.Mean);
}
