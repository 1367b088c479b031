namespace Pipeline.Contracts;

/// <summary>
/// A counterfactual: what would have become of a run if another reward had scored its captions. Step s of the branch learns from the captions
/// of step <see cref="FirstStep"/> + s of that run, with a replay's scores.
/// </summary>
/// <param name="RunId">The run that wrote the captions.</param>
/// <param name="Parent">The branch point: the version of that run which the branch begins with. Its weights are version 0 of the branch, and
/// the optimiser and all else that training remembers begins anew.</param>
/// <param name="FirstStep">The first step that is learned from.</param>
/// <param name="ReplayId">The replay that has the scores; of the whole steps from <paramref name="FirstStep"/> on.</param>
public sealed record BranchSettings(Guid RunId, PolicyRef Parent, int FirstStep, Guid ReplayId);
