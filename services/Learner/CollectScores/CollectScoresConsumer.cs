using MassTransit;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Learner.DriveRuns;

namespace Pipeline.Learner.CollectScores;

/// <summary>
/// Tells the run's loop that a reward has scored a micro-batch. A reward that only speaks messages, in whatever language, cannot append
/// events: its scores are appended here, so that the history is whole before the loop hears of them.
/// </summary>
public sealed class CollectScoresConsumer(ScoreInbox inbox, EventAppender events, ILogger<CollectScoresConsumer> logger) : IConsumer<CaptionsScored>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<CaptionsScored> context)
    {
        var message = context.Message;
        if (message.Replay) return;
        var streams = message.Captions.Select(caption => Streams.Caption(caption.CaptionId)).Distinct().ToArray();
        var recorded = (await events.LoadAsync<CaptionScored>(streams, context.CancellationToken))
            .Where(score => score.Reward == message.Reward).Select(score => score.CaptionId).ToHashSet();
        if (message.Captions.Any(caption => !recorded.Contains(caption.CaptionId))) await RecordAsync(context, streams, recorded);
        inbox.Deliver(message.RunId, new Arrival(
            message.BatchId, Stage.Score, [.. message.Captions.Select(caption => caption.CaptionId)], message.ElapsedMs, message.Reward));
    }

    async Task RecordAsync(ConsumeContext<CaptionsScored> context, string[] streams, HashSet<Guid> recorded)
    {
        var (message, cancellation) = (context.Message, context.CancellationToken);
        var captions = (await events.LoadAsync<CaptionSampled>(streams, cancellation)).ToDictionary(caption => caption.CaptionId);
        var strangers = message.Captions
            .Where(score => !captions.TryGetValue(score.CaptionId, out var caption) || caption.RunId != message.RunId).ToArray();
        if (strangers.Length > 0 && await IsReplayAsync(message.RunId, cancellation))
        {
            // A reward that does not know of replays answers one without saying so; but it answers with the replay's id.
            logger.LogWarning("Reward '{Reward}' answered replay {ReplayId} as if it were a run: left out.", message.Reward, message.RunId);
            return;
        }
        RecordableScores.Require(message, strangers);

        var news = message.Captions.Where(score => !recorded.Contains(score.CaptionId))
            .Select(score => score with { RunId = message.RunId, Step = captions[score.CaptionId].Step, Reward = message.Reward })
            .Select(score => (score, stream: Streams.Caption(score.CaptionId)))
            .Select(entry => new NewEvent(entry.stream, Ids.Event(entry.stream, "caption-scored", entry.score.Reward), entry.score));
        await events.AppendOnceAsync([.. news], MessageMetadata.From(context), cancellation);
    }

    async Task<bool> IsReplayAsync(Guid id, CancellationToken cancellation) =>
        (await events.LoadAsync<ReplayStarted>([Streams.Replay(id)], cancellation)).Count > 0;
}
