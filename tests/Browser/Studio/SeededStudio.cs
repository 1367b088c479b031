namespace Pipeline.Browser;

/// <summary>Studio on a store with a made-up run of some hundred steps, its replay and its branch; no services.</summary>
public sealed class SeededStudio() : SeededStore(new() { Steps = 400, EvaluateEvery = 50, ReplayedCaptions = 400, Drawn = false });
