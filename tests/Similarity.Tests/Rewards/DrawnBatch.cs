using Pipeline.Contracts;

namespace Pipeline.Similarity.Tests.Rewards;

/// <summary>Batches of drawn captions, and what a Diffusion would have recorded of them.</summary>
static class DrawnBatch
{
    public static readonly DrawingRecipe Recipe = new("m", "ddim", 8, 1, "", 64, 64);

    /// <summary>Captions of <paramref name="batch"/> with <paramref name="images"/> each.</summary>
    public static CaptionsRendered Of(CaptionsSampled batch, DrawingSettings drawing, params RenderedImage[] images) => new(
        batch.RunId, batch.Step, batch.BatchId, batch.Rewards, drawing,
        [.. batch.Captions.Select(caption => new RenderedCaption(caption.CaptionId, caption.Text, caption.PictureSha256, images))], 1.0);

    /// <summary>Valid drawings of samples <paramref name="first"/> and so on.</summary>
    public static RenderedImage[] Images(int count, int first = 0) =>
        [.. Enumerable.Range(first, count).Select(sample => new RenderedImage(sample, 100 + sample, new string((char)('c' + sample), 64)))];

    public static RenderedImage Black(int sample) => new(sample, 100 + sample, null, "all black");

    public static ImagesRendered Recorded(CaptionSampled caption, params RenderedImage[] images) =>
        new(caption.CaptionId, caption.RunId, caption.Step, "d", Recipe, images);
}
