using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Rewards;

/// <summary>What the store holds of one reward's scores: it counts, whatever this process would compute today.</summary>
sealed class RecordedScores(string reward, EventAppender events)
{
    /// <summary>The scores of those captions that have one, in the captions' order.</summary>
    public async Task<IReadOnlyList<CaptionScored>> LoadAsync(IEnumerable<Guid> captionIds, CancellationToken cancellation) =>
        [.. (await events.LoadAsync<CaptionScored>(captionIds.Select(Streams.Caption), cancellation))
            .Where(scored => scored.Reward == reward)];

    /// <summary>Records scores; a caption that has one keeps it.</summary>
    public Task AppendAsync(IEnumerable<CaptionScored> scored, MessageMetadata metadata, CancellationToken cancellation)
    {
        var appended = scored.Select(score =>
        {
            var stream = Streams.Caption(score.CaptionId);
            return new NewEvent(stream, Ids.Event(stream, "caption-scored", reward), score);
        });
        return events.AppendOnceAsync([.. appended], metadata, cancellation);
    }
}
