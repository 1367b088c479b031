using System.Text.Json.Serialization;

namespace Pipeline.Contracts;

/// <summary>
/// How captions are drawn for the rewards that look at pictures. What is null is as the drawing model's own files say; what was used in
/// the end is recorded in every <see cref="DrawingRecipe"/>.
/// </summary>
public sealed record DrawingSettings
{
    /// <summary>The rewards of the run that need pictures; at least one. All other rewards score the captions themselves.</summary>
    public required IReadOnlyList<string> Rewards { get; init; }

    /// <summary>Pictures of one caption, a Monte-Carlo estimate of what the caption makes one see; 1 to 64. The paper draws 5.</summary>
    public int Samples { get; init; } = 5;

    /// <summary>
    /// Sequential stopping: a caption is drawn (twice at first, then once more each time) until the standard error of its score is at most
    /// this, never more than <see cref="Samples"/> times; 0: it is always drawn <see cref="Samples"/> times.
    /// </summary>
    public double StandardErrorBound { get; init; }

    /// <summary>
    /// Captions per command to Diffusion; at least 1. Small: work is shared by more workers. Large: fewer messages and commits.
    /// </summary>
    public int MicroBatch { get; init; } = 1;

    /// <summary>The sampler: <c>ddim</c>, <c>pndm</c>, <c>euler</c> or <c>dpmsolver++</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Scheduler { get; init; }

    /// <summary>Denoising steps; at least 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Steps { get; init; }

    /// <summary>
    /// Classifier-free guidance scale (Ho and Salimans 2022, arXiv 2207.12598); at least 1, and 1 means none, at half the cost.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Guidance { get; init; }

    /// <summary>What guidance steers away from.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>Height and width of the pictures in pixels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Size { get; init; }

    /// <summary>How many samples are drawn in the round that begins with sample <paramref name="first"/>; 0 when there is none.</summary>
    public int RoundFrom(int first) =>
        first >= Samples ? 0 : StandardErrorBound == 0 ? Samples - first : Math.Min(Samples - first, first == 0 ? 2 : 1);
}
