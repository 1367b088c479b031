using Pipeline.Contracts;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>What came of a step.</summary>
/// <param name="Version">The new policy's version.</param>
/// <param name="Rewards">
/// How each trained reward was normalised, by name: <see cref="ScoreNormaliser.Score"/> computes the trained number again.
/// </param>
/// <param name="Metrics">
/// The step's figures by the names that the field uses; all finite, and the same whenever the step is taken again.
/// </param>
/// <param name="Timings">
/// Milliseconds: <c>time/reference</c> (pictures, reference, values), <c>time/update</c> (the optimiser steps).
/// </param>
public sealed record LearningResult(
    int Version, IReadOnlyDictionary<string, RewardNormalisation> Rewards, IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyDictionary<string, double> Timings);
