using System.Globalization;
using Npgsql;
using Pipeline.Contracts;
using Pipeline.Projections.CatchUp;
using Pipeline.Projections.Runs;

namespace Pipeline.Projections.Captions;

/// <summary>A caption and what a run learns from it.</summary>
/// <param name="Caption">The caption.</param>
/// <param name="Reward">Its scores in the run's weights; null while a score is missing.</param>
public sealed record RewardedCaption(CaptionTimeline Caption, double? Reward)
{
    /// <summary>Captions with the reward that a run gives them; without the run none has one.</summary>
    internal static IReadOnlyList<RewardedCaption> Of(RunSummary? run, IEnumerable<CaptionTimeline> captions) =>
        [.. captions.Select(caption => new RewardedCaption(caption, run is null ? null : caption.Reward(run.Settings.Rewards)))];

    /// <summary>
    /// A branch learns from the scores of its replay, which are no events of the captions: each is added as the caption's newest score. The
    /// replay's events are found by their derived ids.
    /// </summary>
    internal static async Task<IReadOnlyList<CaptionTimeline>> RescoredAsync(
        NpgsqlDataSource database, Guid replayId, IReadOnlyList<CaptionTimeline> captions, CancellationToken cancellation)
    {
        var ids = captions.Select(caption => Ids.Event(Streams.Replay(replayId), "caption-rescored", caption.CaptionId)).ToArray();
        var scores = (await Sql.QueryAsync(
            database,
            "select data ->> 'captionId', data ->> 'reward', data ->> 'score', data ->> 'model', timestamp from mt_events where id = any($1)",
            row => (
                CaptionId: Guid.Parse(row.GetString(0)),
                Score: new TimelineScore(
                    row.GetFieldValue<DateTimeOffset>(4), row.GetString(1), double.Parse(row.GetString(2), CultureInfo.InvariantCulture),
                    row.GetString(3))),
            cancellation, ids)).ToLookup(score => score.CaptionId, score => score.Score);
        return [.. captions.Select(caption => caption with { Scores = [.. caption.Scores, .. scores[caption.CaptionId]] })];
    }
}
