using System.Text.Json.Serialization;

namespace Pipeline.Contracts;

/// <summary>Which of a run's training captions are meant.</summary>
/// <param name="FirstStep">From this step on, counted from 0.</param>
/// <param name="LastStep">Up to and with this step.</param>
/// <param name="PolicyVersion">Only what this version wrote; null for any.</param>
/// <param name="Sample">So many of them, drawn by <paramref name="Seed"/> without repetition; null for all.</param>
/// <param name="Seed">Decides which are drawn.</param>
public sealed record ReplaySelection(
    int FirstStep, int LastStep,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? PolicyVersion = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Sample = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long Seed = 0);

/// <summary>First event of stream <c>replay-{id}</c>: a run's recorded captions are scored again. Nothing is written elsewhere.</summary>
/// <param name="ReplayId">See <see cref="Ids.Replay"/>.</param>
/// <param name="RunId">The run whose captions they are.</param>
/// <param name="Reward">The reward that scores, by the name that its service has.</param>
/// <param name="Against">The recorded reward that it is compared with.</param>
/// <param name="Selection">Which captions.</param>
/// <param name="Captions">How many captions.</param>
/// <param name="CaptionsRoot">Merkle root (SHA-256) of their ids, in their order.</param>
/// <param name="Drawing">How captions are drawn anew; null when recorded pictures are looked at, or none.</param>
public sealed record ReplayStarted(
    Guid ReplayId, Guid RunId, string Reward, string Against, ReplaySelection Selection, int Captions, string CaptionsRoot,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DrawingSettings? Drawing = null);

/// <summary>Event: a reward scored a recorded caption again.</summary>
/// <param name="ReplayId">The replay.</param>
/// <param name="CaptionId">The caption, of the replayed run.</param>
/// <param name="Reward">The reward's name.</param>
/// <param name="Score">The score; finite; larger is better.</param>
/// <param name="SampleScores">The scores of the single samples that <paramref name="Score"/> is the mean of; empty when there is only
/// one.</param>
/// <param name="Details">Further figures by name; may be empty.</param>
/// <param name="Model">What computed it: a fingerprint of the reward's weights and configuration.</param>
/// <param name="Recipe">How its pictures were drawn for the replay; null when they were not.</param>
/// <param name="Images">The pictures that were drawn for the replay; null when none were.</param>
public sealed record CaptionRescored(
    Guid ReplayId, Guid CaptionId, string Reward, double Score, IReadOnlyList<double> SampleScores,
    IReadOnlyDictionary<string, double> Details, string Model,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DrawingRecipe? Recipe = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<RenderedImage>? Images = null);

/// <summary>Event: every caption of the replay has its score.</summary>
/// <param name="ReplayId">The replay.</param>
/// <param name="Captions">How many.</param>
/// <param name="Model">What computed all of them.</param>
/// <param name="ScoresRoot">Merkle root (SHA-256) of the canonical JSON of its <see cref="CaptionRescored"/> in the order of the
/// captions.</param>
public sealed record ReplayCompleted(Guid ReplayId, int Captions, string Model, string ScoresRoot);
