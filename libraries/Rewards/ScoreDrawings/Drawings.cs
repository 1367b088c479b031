using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Rewards;

/// <summary>Finds what was drawn of captions, and the captions as they were sampled.</summary>
sealed class Drawings(EventAppender events)
{
    /// <summary>
    /// The batch's captions with the drawings of all rounds up to the batch's own. Later rounds are left out, so that a batch that comes
    /// again leads to what it led to at first. Without sequential stopping there is one round, which the batch holds.
    /// </summary>
    public async Task<IReadOnlyList<DrawnCaption>> OfAsync(CaptionsRendered batch, CancellationToken cancellation)
    {
        if (batch.Drawing.StandardErrorBound == 0)
            return [.. batch.Captions.Select(caption => new DrawnCaption(caption, caption.Images))];

        var streams = batch.Captions.Select(caption => Streams.Caption(caption.CaptionId));
        var rounds = (await events.LoadAsync<ImagesRendered>(streams, cancellation)).ToLookup(round => round.CaptionId);
        return [.. batch.Captions.Select(caption => new DrawnCaption(caption, UpTo(caption, rounds[caption.CaptionId])))];
    }

    /// <exception cref="InvalidOperationException">The store has no such caption.</exception>
    public async Task<CaptionSampled> SampledAsync(Guid captionId, CancellationToken cancellation) =>
        (await events.LoadAsync<CaptionSampled>([Streams.Caption(captionId)], cancellation)).FirstOrDefault()
            ?? throw new InvalidOperationException(
                $"Stream {Streams.Caption(captionId)} has no CaptionSampled, so the caption cannot be drawn again.");

    static RenderedImage[] UpTo(RenderedCaption caption, IEnumerable<ImagesRendered> rounds)
    {
        var last = caption.Images.Select(image => image.Sample).DefaultIfEmpty(-1).Max();
        var images = caption.Images.Concat(rounds.SelectMany(round => round.Images));
        return [.. images.Where(image => image.Sample <= last).DistinctBy(image => image.Sample).OrderBy(image => image.Sample)];
    }
}
