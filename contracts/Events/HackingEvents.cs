using System.Text.Json.Serialization;

namespace Pipeline.Contracts;

/// <summary>A mean of version 0 and of a later version, and between which bounds the change lies.</summary>
/// <param name="Name">A reward's name, <c>fluency</c>, or one of <see cref="Evaluated.Metrics"/>' names.</param>
/// <param name="Before">Of version 0; of the first steps when <paramref name="Mode"/> is null.</param>
/// <param name="After">Of the later version; of the latest steps when <paramref name="Mode"/> is null.</param>
/// <param name="Low">Lower bound of the confidence interval of <paramref name="After"/> - <paramref name="Before"/>.</param>
/// <param name="High">Upper bound of it.</param>
/// <param name="Mode">How the held-out captions were decoded that it is the mean over; null for what was learned from.</param>
public sealed record MeasuredChange(
    string Name, double Before, double After, double Low, double High,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DecodingMode? Mode = null);

/// <summary>
/// The reward rose while what it stands for fell: the policy may have found out how to please the reward without describing pictures better.
/// Appended when a version's evaluations are closed, once for each version that is suspected.
/// </summary>
/// <param name="RunId">The run.</param>
/// <param name="Version">The version.</param>
/// <param name="Reward">What the policy learns from, which rose.</param>
/// <param name="Fallen">What fell: at least one.</param>
public sealed record RewardHackingSuspected(Guid RunId, int Version, MeasuredChange Reward, IReadOnlyList<MeasuredChange> Fallen);
