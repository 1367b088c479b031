using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Replays;

/// <summary>Turns recorded captions into the messages that make services work on them again.</summary>
/// <param name="events">Where they are recorded.</param>
/// <param name="replay">The replay.</param>
/// <param name="run">The run.</param>
/// <param name="isDrawn">Whether the reward looks at pictures.</param>
public sealed class ReplayMessages(EventAppender events, ReplayStarted replay, RecordedRun run, bool isDrawn)
{
    /// <summary>The message for a batch: a caption reward's, a picture reward's with the recorded pictures, or the command to draw anew.</summary>
    /// <exception cref="ReplayException">A caption or its pictures are not in the store.</exception>
    public async Task<object> OfAsync(ReplayBatch batch, CancellationToken cancellation)
    {
        var streams = batch.CaptionIds.Select(Streams.Caption).ToArray();
        var captions = await events.LoadAsync<CaptionSampled>(streams, cancellation);
        if (captions.Count < streams.Length)
            throw new ReplayException(
                $"caption {batch.CaptionIds.Except(captions.Select(caption => caption.CaptionId)).First()} of step {batch.Step} is not in the store");
        if (!isDrawn) return new CaptionsSampled(replay.ReplayId, batch.Step, batch.Id, [replay.Reward], captions, 0, Replay: true);
        if (replay.Drawing is { } drawing)
            return new RenderImages(
                replay.ReplayId, batch.Step, batch.Id, [replay.Reward], drawing, 0, drawing.Samples, captions, Replay: true);

        var drawn = (await events.LoadAsync<ImagesRendered>(streams, cancellation)).ToLookup(rendered => rendered.CaptionId);
        return new CaptionsRendered(
            replay.ReplayId, batch.Step, batch.Id, [replay.Reward], run.Settings.Drawing!,
            [.. captions.Select(caption => Rendered(caption, [.. drawn[caption.CaptionId].SelectMany(round => round.Images)]))], 0, Replay: true);
    }

    static RenderedCaption Rendered(CaptionSampled caption, IReadOnlyList<RenderedImage> images) => images.Count > 0
        ? new(caption.CaptionId, caption.Text, caption.PictureSha256, [.. images.OrderBy(image => image.Sample)])
        : throw new ReplayException($"nothing was drawn of caption {caption.CaptionId}: it has to be drawn again, which is done on request only (`redraw`)");
}
