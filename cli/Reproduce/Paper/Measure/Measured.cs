using Pipeline.Cli.Reproduce.Paper.Plan;

namespace Pipeline.Cli.Reproduce.Paper.Measure;

/// <summary>A policy's greedy captions of some pictures, measured by everything there is.</summary>
/// <param name="Id">What the captions carry in place of a run's id.</param>
/// <param name="Version">The policy's version.</param>
/// <param name="Checkpoint">SHA-256 of its checkpoint's manifest.</param>
/// <param name="Figures">
/// Means over the captions by name: each reward, its details as <c>reward/detail</c>, caption metrics, and <c>perplexity</c> under the
/// captioner that everything began with.
/// </param>
/// <param name="Captions">Each picture's caption, in the set's order.</param>
sealed record Measured(
    Guid Id, int Version, string Checkpoint, IReadOnlyDictionary<string, double> Figures, IReadOnlyList<string> Captions);

/// <summary>A step of a run.</summary>
/// <param name="Captions">Captions written up to its end, greedy baselines included.</param>
/// <param name="Reward">Mean score of those it learned from.</param>
/// <param name="Kl">KL to the reference, in nats per caption.</param>
sealed record CurvePoint(int Captions, double Reward, double Kl);

/// <summary>What came of one seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="RunId">The run.</param>
/// <param name="WeightsSha256">SHA-256 of its final model.safetensors.</param>
/// <param name="Seconds">From its first to its last event.</param>
/// <param name="Curve">Its steps.</param>
/// <param name="Training">The final policy on the pictures it learned from.</param>
/// <param name="HeldOut">The final policy on pictures it never saw.</param>
/// <param name="Suspicions">What the run says about reward hacking, in words; empty for nothing.</param>
sealed record SeedResult(
    long Seed, Guid RunId, string WeightsSha256, double Seconds, IReadOnlyList<CurvePoint> Curve, Measured Training, Measured HeldOut,
    IReadOnlyList<string> Suspicions);

/// <summary>What came of an experiment.</summary>
/// <param name="Experiment">The experiment.</param>
/// <param name="Training">The captioner before, on the pictures it is to learn from.</param>
/// <param name="HeldOut">The captioner before, on held-out pictures.</param>
/// <param name="Seeds">Each seed's result.</param>
sealed record ExperimentResult(Experiment Experiment, Measured Training, Measured HeldOut, IReadOnlyList<SeedResult> Seeds);

/// <summary>Everything that was measured, for programs.</summary>
/// <param name="Pack">The model pack.</param>
/// <param name="Seeds">The seeds.</param>
/// <param name="Ingredients">What all experiments are made with.</param>
/// <param name="HeldOutPictures">How many pictures are held out.</param>
/// <param name="Experiments">The results.</param>
sealed record Reproduction(
    string Pack, IReadOnlyList<long> Seeds, Ingredients Ingredients, int HeldOutPictures, IReadOnlyList<ExperimentResult> Experiments)
{
    /// <summary>The result of an experiment.</summary>
    public ExperimentResult Of(Experiment experiment) => Experiments.Single(result => result.Experiment == experiment);
}
