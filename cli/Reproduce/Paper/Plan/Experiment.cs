using Pipeline.Contracts;

namespace Pipeline.Cli.Reproduce.Paper.Plan;

/// <summary>What the captioner learns from.</summary>
enum Signal
{
    /// <summary>The cosine of picture and caption.</summary>
    Retrieval,

    /// <summary>The cosine of picture and drawings of the caption.</summary>
    Diffusion,
}

/// <summary>A way to learn, tried once with each seed.</summary>
/// <param name="Signal">What it learns from.</param>
/// <param name="Pictures">From how many pictures: the first of the training set.</param>
/// <param name="KlCoefficient">The KL penalty's fixed coefficient; null for the pack's own.</param>
/// <param name="Estimator">
/// How advantages are made, where estimators are compared: each step then has several captions of each picture. Null for the pack's own.
/// </param>
sealed record Experiment(
    Signal Signal, int Pictures, double? KlCoefficient = null, AdvantageEstimator? Estimator = null)
{
    /// <summary>A name for people, and for the run.</summary>
    public string Name => $"{Signal.ToString().ToLowerInvariant()}-{Pictures}";
}
