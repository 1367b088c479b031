using System.Text.Json.Serialization;

namespace Pipeline.Contracts;

/// <summary>Everything that decides what a run computes. Two runs with equal settings in fresh stores give equal weights.</summary>
public sealed record RunSettings
{
    /// <summary>A name for people.</summary>
    public string Name { get; init; } = "run";

    /// <summary>
    /// The pre-trained captioner: SHA-256 of its checkpoint manifest in the blob store. It is version 0 and the frozen reference.
    /// </summary>
    public required string Captioner { get; init; }

    /// <summary>Training pictures: SHA-256 of the picture set in the blob store.</summary>
    public required string TrainPictures { get; init; }

    /// <summary>Held-out pictures, only ever evaluated on: SHA-256 of the picture set, or null for no evaluation.</summary>
    public string? HeldOutPictures { get; init; }

    /// <summary>
    /// Weight of each reward by its name. Weight 0: recorded for every caption, never trained on. At least one is above 0.
    /// </summary>
    public required IReadOnlyDictionary<string, double> Rewards { get; init; }

    /// <summary>Learning steps; at least 1.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Captions per step; at least 1. Pictures are taken in rounds, each round in an order that the seed shuffles.</summary>
    public int BatchSize { get; init; } = 40;

    /// <summary>Captions of one picture in a step; divides <see cref="BatchSize"/>. RLOO, GRPO and SCST need at least 2.</summary>
    public int SamplesPerPicture { get; init; } = 1;

    /// <summary>Captions per command to Rollout; at least 1. It fixes what is computed together.</summary>
    public int MicroBatch { get; init; } = 20;

    /// <summary>Decides every random number of the run; 0 to 2^53 - 1.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Most tokens of a caption, the end token included; 1 up to the decoder's positions.</summary>
    public int MaxNewTokens { get; init; } = 20;

    /// <summary>Sampling temperature; above 0.</summary>
    public double Temperature { get; init; } = 1.0;

    /// <summary>Step s is sampled from version max(0, s - maxStaleness): 0 is strictly on-policy.</summary>
    public int MaxStaleness { get; init; }

    /// <summary>
    /// Evaluate on the held-out pictures every so many steps, and before the first and after the last; 0: only these two.
    /// </summary>
    public int EvaluateEvery { get; init; } = 20;

    /// <summary>How captions are drawn for rewards that look at pictures; null when no reward does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DrawingSettings? Drawing { get; init; }

    /// <summary>The recorded captions that are learned from; null for a run that writes its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BranchSettings? Branch { get; init; }

    /// <summary>How the policy learns.</summary>
    public PpoSettings Ppo { get; init; } = new();

    /// <summary>SHA-256 of the checkpoint manifest of version 0: the captioner's, or that of the version which a branch begins with.</summary>
    public string VersionZero() => Branch?.Parent.Checkpoint ?? Captioner;
}
