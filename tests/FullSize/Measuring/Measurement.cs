namespace Pipeline.FullSize.Measuring;

/// <summary>What a process needed and what came of it.</summary>
/// <param name="PeakBytes">The most memory that was resident at a time, pages of mapped files included (VmHWM on Linux).</param>
/// <param name="Load">From nothing to a loaded model.</param>
/// <param name="Step">The step.</param>
/// <param name="Results">What the step gave.</param>
public sealed record Measurement(long PeakBytes, Duration Load, Duration Step, IReadOnlyList<string> Results);
