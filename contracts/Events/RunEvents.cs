using System.Text.Json.Serialization;

namespace Pipeline.Contracts;

/// <summary>First event of a run's stream.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Settings">What was asked for.</param>
public sealed record RunStarted(Guid RunId, RunSettings Settings);

/// <summary>A step may be sampled: from here on its captions are fixed.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Step">The step, from 0; it makes version <paramref name="Step"/> + 1.</param>
/// <param name="Policy">The policy that writes the captions: version max(0, step - maxStaleness).</param>
/// <param name="Captions">The captions in their order; micro-batches are consecutive slices of it.</param>
public sealed record StepOpened(Guid RunId, int Step, PolicyRef Policy, IReadOnlyList<CaptionRequest> Captions);

/// <summary>How one reward's scores became numbers to learn from: (score - centre) * scale.</summary>
/// <param name="Weight">The reward's weight in the run.</param>
/// <param name="Centre">What was subtracted.</param>
/// <param name="Scale">What it was then multiplied by.</param>
public sealed record RewardNormalisation(double Weight, double Centre, double Scale);

/// <summary>A learning step was taken. Appended at the expected stream version, so that versions form one line.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Version">The new policy's version.</param>
/// <param name="Parent">The policy it was made from.</param>
/// <param name="Checkpoint">SHA-256 of the new checkpoint's manifest.</param>
/// <param name="WeightsSha256">SHA-256 of its model.safetensors.</param>
/// <param name="OptimiserSha256">SHA-256 of its optimiser state.</param>
/// <param name="BatchRoot">Merkle root (SHA-256) of the events that it learned from.</param>
/// <param name="Previous">SHA-256 of the canonical JSON of the run's previous <see cref="PolicyUpdated"/>; of <see cref="RunStarted"/> for
/// version 1.</param>
/// <param name="CaptionIds">The captions that it learned from, in order.</param>
/// <param name="Rewards">How each trained reward was normalised, by name.</param>
/// <param name="Metrics">The step's figures by the names that the field uses, such as <c>objective/kl</c>.</param>
/// <param name="Timings">Milliseconds by stage (<c>time/sample</c>, <c>time/score</c>, <c>time/update</c>, <c>time/wait</c>): they differ
/// between machines and runs.</param>
public sealed record PolicyUpdated(
    Guid RunId, int Version, PolicyRef Parent, string Checkpoint, string WeightsSha256, string OptimiserSha256, string BatchRoot,
    string Previous, IReadOnlyList<Guid> CaptionIds, IReadOnlyDictionary<string, RewardNormalisation> Rewards,
    IReadOnlyDictionary<string, double> Metrics, IReadOnlyDictionary<string, double> Timings);

/// <summary>A policy is about to be measured: from here on the evaluation's captions are fixed.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Policy">The policy measured.</param>
/// <param name="Split">Which pictures: <c>heldout</c> or <c>train</c>.</param>
/// <param name="Decoding">How captions are decoded.</param>
/// <param name="Captions">The captions in their order.</param>
public sealed record EvaluationOpened(
    Guid RunId, PolicyRef Policy, string Split, Decoding Decoding, IReadOnlyList<CaptionRequest> Captions);

/// <summary>One reward over an evaluation's captions.</summary>
/// <param name="Count">How many captions.</param>
/// <param name="Mean">Mean score.</param>
/// <param name="StandardDeviation">Standard deviation of the scores (Bessel); 0 for one caption.</param>
/// <param name="Details">Means of the reward's details, by name.</param>
public sealed record RewardSummary(int Count, double Mean, double StandardDeviation, IReadOnlyDictionary<string, double> Details);

/// <summary>A policy was measured.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Version">The version measured.</param>
/// <param name="Split">Which pictures.</param>
/// <param name="Mode">How captions were decoded.</param>
/// <param name="Rewards">Each reward's summary, by name.</param>
/// <param name="CaptionLength">Mean number of tokens.</param>
/// <param name="EventsRoot">Merkle root (SHA-256) of the events that were summed up, in the order of a step's <see
/// cref="PolicyUpdated.BatchRoot"/>; null in events from before it was recorded.</param>
/// <param name="Metrics">The captions' figures by the names that the field uses: <c>perplexity</c> under version 0's captioner,
/// <c>repetition</c>, <c>distinct_1</c>, and when every picture has captions by people <c>cider_d</c>, <c>bleu_4</c>, <c>rouge_l</c> and
/// others; null in events from before they were recorded.</param>
/// <param name="ReferenceLogProbs">For each caption in order the sum of ln p of its tokens under the captioner that the KL penalty refers
/// to, in nats; null like <paramref name="Metrics"/>.</param>
public sealed record Evaluated(
    Guid RunId, int Version, string Split, DecodingMode Mode, IReadOnlyDictionary<string, RewardSummary> Rewards, double CaptionLength,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? EventsRoot = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, double>? Metrics = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<double>? ReferenceLogProbs = null);

/// <summary>The run was paused on request, after <paramref name="Version"/> was made.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Version">The newest version.</param>
/// <param name="Link">SHA-256 of the canonical JSON of the newest <see cref="PolicyUpdated"/>, of <see cref="RunStarted"/> when there is
/// none; null in events from before it was recorded.</param>
/// <param name="StreamRoot">Merkle root (SHA-256) of the canonical JSON of the run's events before this one; null like <paramref
/// name="Link"/>.</param>
public sealed record RunStopped(
    Guid RunId, int Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Link = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? StreamRoot = null);

/// <summary>The run goes on.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Version">The version it goes on from.</param>
public sealed record RunResumed(Guid RunId, int Version);

/// <summary>The run reached its last step.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Policy">The final policy.</param>
/// <param name="WeightsSha256">SHA-256 of its model.safetensors.</param>
/// <param name="Link">SHA-256 of the canonical JSON of the newest <see cref="PolicyUpdated"/>, of <see cref="RunStarted"/> when there is
/// none; null in events from before it was recorded.</param>
/// <param name="StreamRoot">Merkle root (SHA-256) of the canonical JSON of the run's events before this one; null like <paramref
/// name="Link"/>.</param>
public sealed record RunCompleted(
    Guid RunId, PolicyRef Policy, string WeightsSha256,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Link = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? StreamRoot = null);

/// <summary>The run cannot go on by itself; <see cref="ResumeRun"/> tries again.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Version">The newest version.</param>
/// <param name="Reason">What went wrong and where, for a person.</param>
public sealed record RunFailed(Guid RunId, int Version, string Reason);
