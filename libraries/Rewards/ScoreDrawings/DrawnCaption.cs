using Pipeline.Contracts;

namespace Pipeline.Rewards;

/// <summary>A caption and all of its drawings so far.</summary>
/// <param name="Caption">The caption, with this round's drawings.</param>
/// <param name="Images">The drawings of this and all earlier rounds, in the order of their samples.</param>
sealed record DrawnCaption(RenderedCaption Caption, IReadOnlyList<RenderedImage> Images)
{
    public Guid Id => Caption.CaptionId;

    public IReadOnlyList<RenderedImage> Valid { get; } = [.. Images.Where(image => image.Invalid is null)];

    /// <summary>Whether the run's settings leave another round to draw.</summary>
    public bool MayBeDrawnAgain(DrawingSettings settings) => settings.StandardErrorBound > 0 && settings.RoundFrom(Next) > 0;

    /// <summary>The command to draw the next round, for one reward that asks for it.</summary>
    public RenderImages NextRound(CaptionsRendered batch, string reward, CaptionSampled sampled) => new(
        batch.RunId, batch.Step, batch.BatchId, [reward], batch.Drawing, Next, batch.Drawing.RoundFrom(Next), [sampled]);

    /// <summary>The first sample that was not drawn yet.</summary>
    int Next => Images.Count == 0 ? 0 : Images[^1].Sample + 1;
}
