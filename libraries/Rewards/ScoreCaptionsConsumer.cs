using System.Diagnostics;
using MassTransit;
using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Rewards;

/// <summary>
/// Scores micro-batches with one reward: append, publish, acknowledge. A batch that comes again is published again as it was recorded; what
/// was recorded for a part of it only is completed, computed in the same grouping as the first time.
/// </summary>
sealed class ScoreCaptionsConsumer(string reward, GuardedReward scorer, EventAppender events, IBlobStore blobs) : IConsumer<CaptionsSampled>
{
    public async Task Consume(ConsumeContext<CaptionsSampled> context)
    {
        var batch = context.Message;
        if (!batch.Rewards.Contains(reward) || batch.Captions.Count == 0)
            return;

        var watch = Stopwatch.StartNew();
        var scored = await RecordedAsync(batch, context.CancellationToken);
        if (scored.Count < batch.Captions.Count)
        {
            await AppendAsync(await ScoreAsync(batch, context.CancellationToken), MessageMetadata.From(context), context.CancellationToken);
            scored = await RecordedAsync(batch, context.CancellationToken);
            PipelineMetrics.BatchDone("scored", scored.Count, watch.Elapsed.TotalMilliseconds, reward);
        }

        await context.Publish(new CaptionsScored(batch.RunId, batch.Step, batch.BatchId, reward, scored, watch.Elapsed.TotalMilliseconds));
    }

    /// <summary>What the store holds, in the batch's order: it counts, whatever this process would compute today.</summary>
    async Task<IReadOnlyList<CaptionScored>> RecordedAsync(CaptionsSampled batch, CancellationToken cancellation) =>
        [.. (await events.LoadAsync<CaptionScored>(batch.Captions.Select(caption => Streams.Caption(caption.CaptionId)), cancellation))
            .Where(scored => scored.Reward == reward)];

    async Task<IEnumerable<CaptionScored>> ScoreAsync(CaptionsSampled batch, CancellationToken cancellation)
    {
        var captions = batch.Captions.Select(caption => new CaptionToScore(
            caption.CaptionId, caption.Text, caption.PictureSha256, token => blobs.OpenReadAsync(caption.PictureSha256, token)));
        var scores = await scorer.ScoreAsync([.. captions], cancellation);
        return batch.Captions.Zip(scores, (caption, score) => new CaptionScored(
            caption.CaptionId, caption.RunId, caption.Step, reward, score.Score, score.Samples ?? [],
            score.Details ?? new Dictionary<string, double>(), scorer.Model));
    }

    Task AppendAsync(IEnumerable<CaptionScored> scored, MessageMetadata metadata, CancellationToken cancellation)
    {
        var appended = scored.Select(score =>
        {
            var stream = Streams.Caption(score.CaptionId);
            return new NewEvent(stream, Ids.Event(stream, "caption-scored", reward), score);
        });
        return events.AppendOnceAsync([.. appended], metadata, cancellation);
    }
}
