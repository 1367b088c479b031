using Microsoft.Extensions.Logging;
using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Rewards;

/// <summary>What the store holds of one reward's scores: it counts, whatever this process would compute today.</summary>
sealed class RecordedScores(string reward, EventAppender events, ILogger<RecordedScores> log)
{
    /// <summary>The scores of those captions that have one, in the captions' order.</summary>
    public async Task<IReadOnlyList<CaptionScored>> LoadAsync(IEnumerable<Guid> captionIds, CancellationToken cancellation) =>
        [.. (await events.LoadAsync<CaptionScored>(captionIds.Select(Streams.Caption), cancellation))
            .Where(scored => scored.Reward == reward)];

    /// <summary>Records scores; a caption that has one keeps it.</summary>
    public async Task AppendAsync(IEnumerable<CaptionScored> scored, MessageMetadata metadata, CancellationToken cancellation)
    {
        CaptionScored[] scores = [.. scored];
        if (scores.Length == 0) return;
        var appended = scores.Select(score =>
        {
            var stream = Streams.Caption(score.CaptionId);
            return new NewEvent(stream, Ids.Event(stream, "caption-scored", reward), score);
        });
        await events.AppendOnceAsync([.. appended], metadata, cancellation);
        log.LogInformation(
            "{Reward} scored {Captions} captions, mean {MeanScore:F3}", reward, scores.Length, scores.Average(score => score.Score));
    }
}
