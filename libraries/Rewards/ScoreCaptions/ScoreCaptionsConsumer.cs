using System.Diagnostics;
using MassTransit;
using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Rewards;

/// <summary>
/// Scores micro-batches with one reward: append, publish, acknowledge. A batch that comes again is published again as it was recorded; what
/// was recorded for a part of it only is completed, computed in the same grouping as the first time.
/// </summary>
sealed class ScoreCaptionsConsumer(string reward, GuardedReward scorer, RecordedScores recorded, IBlobStore blobs)
    : IConsumer<CaptionsSampled>
{
    public async Task Consume(ConsumeContext<CaptionsSampled> context)
    {
        var (batch, cancellation) = (context.Message, context.CancellationToken);
        if (!batch.Rewards.Contains(reward) || batch.Captions.Count == 0)
            return;

        var watch = Stopwatch.StartNew();
        if (batch.Replay)
        {
            // Who replays records it: with the captions it would look as if they had been learned from so.
            await context.Publish(new CaptionsScored(
                batch.RunId, batch.Step, batch.BatchId, reward, [.. await ScoreAsync(batch, cancellation)], watch.Elapsed.TotalMilliseconds,
                Replay: true));
            PipelineMetrics.BatchDone("rescored", batch.Captions.Count, watch.Elapsed.TotalMilliseconds, reward);
            return;
        }

        var captions = batch.Captions.Select(caption => caption.CaptionId).ToArray();
        var scored = await recorded.LoadAsync(captions, cancellation);
        if (scored.Count < batch.Captions.Count)
        {
            await recorded.AppendAsync(await ScoreAsync(batch, cancellation), MessageMetadata.From(context), cancellation);
            scored = await recorded.LoadAsync(captions, cancellation);
            PipelineMetrics.BatchDone("scored", scored.Count, watch.Elapsed.TotalMilliseconds, reward);
        }

        await context.Publish(new CaptionsScored(batch.RunId, batch.Step, batch.BatchId, reward, scored, watch.Elapsed.TotalMilliseconds));
    }

    async Task<IEnumerable<CaptionScored>> ScoreAsync(CaptionsSampled batch, CancellationToken cancellation)
    {
        var captions = batch.Captions.Select(caption => new CaptionToScore(
            caption.CaptionId, caption.Text, caption.PictureSha256, token => blobs.OpenReadAsync(caption.PictureSha256, token)));
        var scores = await scorer.ScoreAsync([.. captions], cancellation);
        return batch.Captions.Zip(scores, (caption, score) => new CaptionScored(
            caption.CaptionId, caption.RunId, caption.Step, reward, score.Score, score.Samples ?? [],
            score.Details ?? new Dictionary<string, double>(), scorer.Model));
    }
}
