namespace Pipeline.Cli.RebuildPolicy;

/// <summary>A version that was made again.</summary>
/// <param name="Version">The version.</param>
/// <param name="Weights">SHA-256 of its model.safetensors.</param>
/// <param name="RecordedWeights">The SHA-256 that was recorded.</param>
/// <param name="Optimiser">SHA-256 of its optimiser's state.</param>
/// <param name="RecordedOptimiser">The SHA-256 that was recorded.</param>
/// <param name="Difference">How far they are apart; null when they are equal, or when the recorded weights are not at hand.</param>
sealed record RebuiltVersion(
    int Version, string Weights, string RecordedWeights, string Optimiser, string RecordedOptimiser, WeightDifference? Difference)
{
    /// <summary>Whether every bit is the same.</summary>
    public bool IsEqual => Weights == RecordedWeights && Optimiser == RecordedOptimiser;
}
