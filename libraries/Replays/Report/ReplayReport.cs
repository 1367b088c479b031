using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Replays.Statistics;

namespace Pipeline.Replays;

/// <summary>What a replay came to.</summary>
/// <param name="Replay">What was asked for.</param>
/// <param name="Model">Fingerprint of the model that scored.</param>
/// <param name="All">Over all captions.</param>
/// <param name="Versions">By the version that wrote the captions.</param>
/// <param name="Captions">Every caption, in the order of the replay.</param>
public sealed record ReplayReport(
    ReplayStarted Replay, string Model, ScoreComparison All, IReadOnlyDictionary<int, ScoreComparison> Versions,
    IReadOnlyList<ReplayedCaption> Captions)
{
    /// <summary>Captions that are read from the store by one query.</summary>
    const int Chunk = 1000;

    /// <summary>The captions whose rank moves most, those first.</summary>
    public IEnumerable<ReplayedCaption> Moves(int count) =>
        Captions.Where(caption => caption.Rise != 0).OrderByDescending(caption => Math.Abs(caption.Rise)).Take(count);

    /// <summary>Reads what a replay is about and puts it beside what was recorded then.</summary>
    /// <exception cref="ReplayException">Nothing is scored yet.</exception>
    public static async Task<ReplayReport> LoadAsync(EventAppender events, ReplayJournal journal, CancellationToken cancellation)
    {
        if (journal.Scores.Count == 0) throw new ReplayException($"replay {journal.Replay.ReplayId} has no score yet");
        var captions = new List<ScoredTwice>();
        foreach (var chunk in journal.Scores.Values.Chunk(Chunk))
        {
            var streams = chunk.Select(score => Streams.Caption(score.CaptionId)).ToArray();
            var sampled = await events.LoadAsync<CaptionSampled>(streams, cancellation);
            var old = (await events.LoadAsync<CaptionScored>(streams, cancellation))
                .Where(score => score.Reward == journal.Replay.Against).ToDictionary(score => score.CaptionId, score => score.Score);
            captions.AddRange(sampled.Select(caption => new ScoredTwice(
                caption.CaptionId, caption.Step, caption.Policy.Version, caption.PictureSha256, caption.Text,
                old.TryGetValue(caption.CaptionId, out var score) ? score : null, journal.Scores[caption.CaptionId].Score)));
        }
        return Of(journal.Replay, journal.Model!, captions);
    }

    /// <summary>The report of these captions.</summary>
    public static ReplayReport Of(ReplayStarted replay, string model, IReadOnlyList<ScoredTwice> captions)
    {
        var newRanks = Correlation.Ranks([.. captions.Select(caption => -caption.New)]);
        var oldRanks = captions.All(caption => caption.Old is not null) ? Correlation.Ranks([.. captions.Select(caption => -caption.Old!.Value)]) : null;
        ReplayedCaption[] replayed =
        [
            .. captions.Select((caption, place) => new ReplayedCaption(
                caption.CaptionId, caption.Step, caption.PolicyVersion, caption.PictureSha256, caption.Text, caption.Old, caption.New,
                oldRanks?[place] + 1, newRanks[place] + 1)),
        ];
        return new(
            replay, model, ScoreComparison.Of(replayed),
            replayed.GroupBy(caption => caption.PolicyVersion).OrderBy(group => group.Key)
                .ToDictionary(group => group.Key, group => ScoreComparison.Of([.. group])),
            replayed);
    }
}
