using Pipeline.Contracts;

namespace Pipeline.Diffusion.RenderImages;

/// <summary>One round of a caption's pictures: everything that decides them, and its hash.</summary>
/// <param name="Text">What is drawn.</param>
/// <param name="Recipe">How.</param>
/// <param name="Samples">Which of the caption's pictures, with their seeds.</param>
public sealed record DrawingKey(string Text, DrawingRecipe Recipe, IReadOnlyList<(int Sample, long Seed)> Samples)
{
    /// <summary>See <see cref="DrawingHash"/>.</summary>
    public string Sha256 { get; } = DrawingHash.Of(Text, Recipe, Samples.Select(sample => sample.Seed));

    /// <summary>What a command asks for of one of its captions.</summary>
    public static DrawingKey Of(CaptionSampled caption, Contracts.RenderImages command, DrawingRecipe recipe) => new(
        caption.Text, recipe,
        [.. Enumerable.Range(command.FirstSample, command.Count).Select(sample => (sample, Ids.DrawingSeed(caption.Seed, sample)))]);
}
