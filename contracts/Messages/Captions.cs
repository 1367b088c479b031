using System.Text.Json.Serialization;

namespace Pipeline.Contracts;

/// <summary>What a caption is for.</summary>
public enum CaptionPurpose
{
    /// <summary>A step of a run learns from it.</summary>
    Training,

    /// <summary>It measures a policy and is never learned from.</summary>
    Evaluation,

    /// <summary>Somebody asked for its scores; it belongs to no run.</summary>
    Probe,
}

/// <summary>How the next token is chosen.</summary>
public enum DecodingMode
{
    /// <summary>Drawn from the distribution at a temperature.</summary>
    Sample,

    /// <summary>The most probable one.</summary>
    Greedy,

    /// <summary>Beam search.</summary>
    Beam,
}

/// <summary>How captions are decoded.</summary>
/// <param name="Mode">The rule that chooses tokens.</param>
/// <param name="MaxNewTokens">The most tokens a caption has, its end token included; at least 1.</param>
/// <param name="Temperature">Divides the logits before sampling; above 0. Ignored unless the mode is <see
/// cref="DecodingMode.Sample"/>.</param>
/// <param name="Beams">The number of beams; ignored unless the mode is <see cref="DecodingMode.Beam"/>.</param>
public sealed record Decoding(DecodingMode Mode, int MaxNewTokens = 20, double Temperature = 1.0, int Beams = 4);

/// <summary>A policy: a version of a run and the checkpoint that holds its weights.</summary>
/// <param name="Version">0 is the pre-trained captioner; each learning step adds one.</param>
/// <param name="Checkpoint">SHA-256 (64 lower-case hex digits) of the checkpoint's manifest in the blob store.</param>
public sealed record PolicyRef(int Version, string Checkpoint);

/// <summary>One caption to be sampled.</summary>
/// <param name="CaptionId">The caption's id, see <see cref="Ids.Caption"/>.</param>
/// <param name="PictureSha256">The picture, by the SHA-256 of its file in the blob store.</param>
/// <param name="Sample">Which of the step's captions of this picture, from 0.</param>
/// <param name="Seed">Key of the caption's random numbers, see <see cref="Ids.Seed"/>; 0 to 2^53 - 1.</param>
public sealed record CaptionRequest(Guid CaptionId, string PictureSha256, int Sample, long Seed);

/// <summary>Command to Rollout: sample these captions together, in this order, with this policy.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Step">The step (training) or the evaluated version (evaluation).</param>
/// <param name="BatchId">See <see cref="Ids.Batch"/>.</param>
/// <param name="Purpose">What the captions are for.</param>
/// <param name="Policy">The policy that speaks.</param>
/// <param name="Decoding">How it chooses tokens.</param>
/// <param name="Rewards">The names of the rewards that shall score the captions.</param>
/// <param name="Captions">The micro-batch; its grouping is part of the command because sums in another grouping differ in the last
/// bit.</param>
/// <param name="Drawing">How the captions are drawn afterwards; null when no reward needs pictures.</param>
public sealed record SampleCaptions(
    Guid RunId, int Step, Guid BatchId, CaptionPurpose Purpose, PolicyRef Policy, Decoding Decoding,
    IReadOnlyList<string> Rewards, IReadOnlyList<CaptionRequest> Captions,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DrawingSettings? Drawing = null);

/// <summary>Event: a caption was written.</summary>
/// <param name="CaptionId">The caption.</param>
/// <param name="RunId">Its run.</param>
/// <param name="Step">Its step, or the version it evaluates.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="PictureSha256">The picture it describes.</param>
/// <param name="Sample">Which of the step's captions of this picture, from 0.</param>
/// <param name="Seed">Key of its random numbers.</param>
/// <param name="Policy">The policy that wrote it.</param>
/// <param name="Decoding">How tokens were chosen.</param>
/// <param name="Text">The caption as text, special tokens left out.</param>
/// <param name="TokenIds">The generated tokens, the end token included when it was reached, the start token not; 1 to MaxNewTokens of
/// them.</param>
/// <param name="LogProbs">ln p of each of <paramref name="TokenIds"/> under the distribution it was taken from: softmax of logits /
/// temperature when sampled, of the logits otherwise; at most 0.</param>
public sealed record CaptionSampled(
    Guid CaptionId, Guid RunId, int Step, CaptionPurpose Purpose, string PictureSha256, int Sample, long Seed, PolicyRef Policy,
    Decoding Decoding, string Text, IReadOnlyList<int> TokenIds, IReadOnlyList<float> LogProbs);

/// <summary>Published by Rollout: a micro-batch of captions was written. Rewards that need no picture score it.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Step">The step or the evaluated version.</param>
/// <param name="BatchId">The command's batch.</param>
/// <param name="Rewards">The rewards that shall score; a reward service ignores messages that do not name it.</param>
/// <param name="Captions">What was appended to the captions' streams, in the command's order.</param>
/// <param name="ElapsedMs">How long the work took, in milliseconds; not part of the history.</param>
/// <param name="Drawing">How the captions are to be drawn; null when no reward needs pictures.</param>
/// <param name="Replay">Whether a replay asks: <paramref name="RunId"/> is the replay's id then, and nothing is recorded with the captions.</param>
public sealed record CaptionsSampled(
    Guid RunId, int Step, Guid BatchId, IReadOnlyList<string> Rewards, IReadOnlyList<CaptionSampled> Captions, double ElapsedMs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DrawingSettings? Drawing = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Replay = false);

/// <summary>Event: a reward scored a caption.</summary>
/// <param name="CaptionId">The caption.</param>
/// <param name="RunId">Its run.</param>
/// <param name="Step">Its step, or the version it evaluates.</param>
/// <param name="Reward">The reward's name.</param>
/// <param name="Score">The score before any normalisation; finite; larger is better.</param>
/// <param name="SampleScores">The scores of the single samples that <paramref name="Score"/> is the mean of; empty when there is only
/// one.</param>
/// <param name="Details">Further figures by name, such as an oracle's precision; may be empty.</param>
/// <param name="Model">What computed it: a fingerprint of the reward's weights and configuration.</param>
public sealed record CaptionScored(
    Guid CaptionId, Guid RunId, int Step, string Reward, double Score, IReadOnlyList<double> SampleScores,
    IReadOnlyDictionary<string, double> Details, string Model);

/// <summary>Published by a reward service: a micro-batch was scored.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Step">The step or the evaluated version.</param>
/// <param name="BatchId">The batch.</param>
/// <param name="Reward">The reward's name.</param>
/// <param name="Captions">What was appended to the captions' streams.</param>
/// <param name="ElapsedMs">How long the work took, in milliseconds; not part of the history.</param>
/// <param name="Replay">Whether a replay asked: the scores are recorded with the replay and nowhere else.</param>
public sealed record CaptionsScored(
    Guid RunId, int Step, Guid BatchId, string Reward, IReadOnlyList<CaptionScored> Captions, double ElapsedMs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Replay = false);
