using System.Diagnostics;
using MassTransit;
using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Rewards;

/// <summary>
/// Scores what was drawn of captions with one reward: append, publish, acknowledge, as <see cref="ScoreCaptionsConsumer"/> does. With
/// sequential stopping a caption whose score is not precise enough yet is sent to be drawn again instead of being recorded.
/// </summary>
sealed class ScoreImagesConsumer(
    string reward, GuardedPictureReward scorer, RecordedScores recorded, Drawings drawings, IBlobStore blobs)
    : IConsumer<CaptionsRendered>
{
    public async Task Consume(ConsumeContext<CaptionsRendered> context)
    {
        var (batch, cancellation) = (context.Message, context.CancellationToken);
        if (!batch.Rewards.Contains(reward) || batch.Captions.Count == 0)
            return;

        var watch = Stopwatch.StartNew();
        if (batch.Replay)
        {
            await context.Publish(await RescoreAsync(batch, watch, cancellation));
            return;
        }

        var ids = batch.Captions.Select(caption => caption.CaptionId).ToArray();
        var scored = await recorded.LoadAsync(ids, cancellation);
        IReadOnlyList<DrawnCaption> captions = [];
        if (scored.Count < ids.Length)
        {
            captions = await drawings.OfAsync(batch, cancellation);
            await recorded.AppendAsync(await ScoreAsync(batch, captions, cancellation), MessageMetadata.From(context), cancellation);
            scored = await recorded.LoadAsync(ids, cancellation);
            PipelineMetrics.BatchDone("scored", scored.Count, watch.Elapsed.TotalMilliseconds, reward);
        }

        if (scored.Count > 0)
        {
            await context.Publish(
                new CaptionsScored(batch.RunId, batch.Step, batch.BatchId, reward, scored, watch.Elapsed.TotalMilliseconds));
        }
        // What was recorded counts, also when it was recorded after a later round: nobody needs another one then.
        foreach (var caption in captions.ExceptBy(scored.Select(score => score.CaptionId), caption => caption.Id))
            await context.Publish(caption.NextRound(batch, reward, await drawings.SampledAsync(caption.Id, cancellation)));
    }

    /// <summary>A replay's scores are made of the pictures that it sends, and recorded by it.</summary>
    async Task<CaptionsScored> RescoreAsync(CaptionsRendered batch, Stopwatch watch, CancellationToken cancellation)
    {
        // One round has to do: nobody draws a replay's captions further.
        var once = batch with { Drawing = batch.Drawing with { StandardErrorBound = 0 } };
        var scored = await ScoreAsync(once, await drawings.OfAsync(once, cancellation), cancellation);
        PipelineMetrics.BatchDone("rescored", scored.Count, watch.Elapsed.TotalMilliseconds, reward);
        return new(batch.RunId, batch.Step, batch.BatchId, reward, scored, watch.Elapsed.TotalMilliseconds, Replay: true);
    }

    /// <summary>The scores of those captions that need no further drawings.</summary>
    async Task<IReadOnlyList<CaptionScored>> ScoreAsync(
        CaptionsRendered batch, IReadOnlyList<DrawnCaption> captions, CancellationToken cancellation)
    {
        if (captions.FirstOrDefault(caption => caption.Valid.Count == 0 && !caption.MayBeDrawnAgain(batch.Drawing)) is { } blank)
            throw new RewardException(reward, $"cannot score caption {blank.Id} ('{blank.Caption.Text}'): {WhyNothing(blank)}");

        DrawnCaption[] visible = [.. captions.Where(caption => caption.Valid.Count > 0)];
        if (visible.Length == 0)
            return [];
        var scores = await scorer.ScoreAsync([.. visible.Select(ToScore)], cancellation);
        return
        [
            .. from pair in visible.Zip(scores, (caption, samples) => (Caption: caption, Score: new PictureScore(samples)))
               where pair.Score.IsWithin(batch.Drawing.StandardErrorBound) || !pair.Caption.MayBeDrawnAgain(batch.Drawing)
               select Scored(batch, pair.Caption, pair.Score),
        ];
    }

    DrawingsToScore ToScore(DrawnCaption caption) => new(
        caption.Id, caption.Caption.Text, caption.Caption.PictureSha256, token => blobs.OpenReadAsync(caption.Caption.PictureSha256, token),
        [.. caption.Valid.Select(image =>
            new DrawingToScore(image.Sample, image.Sha256!, token => blobs.OpenReadAsync(image.Sha256!, token)))]);

    CaptionScored Scored(CaptionsRendered batch, DrawnCaption caption, PictureScore score) => new(
        caption.Id, batch.RunId, batch.Step, reward, score.Mean, score.Samples.Count > 1 ? score.Samples : [],
        new Dictionary<string, double>
        {
            ["variance"] = score.Variance,
            ["samples"] = score.Samples.Count,
            ["invalid"] = caption.Images.Count - caption.Valid.Count,
        },
        scorer.Model);

    static string WhyNothing(DrawnCaption caption) => caption.Images.Count == 0
        ? "there is no drawing of it"
        : $"none of its {caption.Images.Count} drawings is a picture ({caption.Images[0].Invalid})";
}
