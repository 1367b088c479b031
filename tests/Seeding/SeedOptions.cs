namespace Pipeline.Seeding;

/// <summary>How large the made-up run is.</summary>
public sealed record SeedOptions
{
    /// <summary>Learning steps; at least 1.</summary>
    public int Steps { get; init; } = 10_000;

    /// <summary>Captions of a step; at least 1.</summary>
    public int CaptionsPerStep { get; init; } = 10;

    /// <summary>Training pictures, of the 128 that the embedded pack has.</summary>
    public int Pictures { get; init; } = 128;

    /// <summary>Decides every random number.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Whether captions are drawn and a reward looks at the drawings.</summary>
    public bool Drawn { get; init; }

    /// <summary>Steps between evaluations.</summary>
    public int EvaluateEvery { get; init; } = 500;

    /// <summary>How many captions the replay scores again, in whole steps; fewer in a run that has fewer.</summary>
    public int ReplayedCaptions { get; init; } = 2_000;

    /// <summary>Steps of the branch; fewer when the replay has fewer.</summary>
    public int BranchSteps { get; init; } = 100;
}
