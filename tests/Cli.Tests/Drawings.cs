using Pipeline.Contracts;

namespace Pipeline.Cli.Tests;

/// <summary>Events about drawn captions, for tests.</summary>
static class Drawings
{
    static readonly DrawingRecipe Recipe = new(new('b', 64), "ddim", 8, 2, "", 64, 64);

    public static ImagesRendered Rendered(Guid captionId) => Rendered(captionId, captionId.ToString("N"));

    /// <summary>One round of a caption's pictures; the drawing is named by any text.</summary>
    public static ImagesRendered Rendered(Guid captionId, string drawing, int pictures = 2, int invalid = 0) => new(
        captionId, RecordedRun.Id, 0, drawing, Recipe,
        [.. Enumerable.Range(0, pictures).Select(k => new RenderedImage(
            k, k, k < invalid ? null : new('c', 64), k < invalid ? "all black" : null))]);

    public static CaptionScored Scored(Guid captionId, string reward, params double[] samples) => new(
        captionId, RecordedRun.Id, 0, reward, samples.Length == 0 ? 0.5 : samples.Average(), samples, new Dictionary<string, double>(),
        "model");
}
