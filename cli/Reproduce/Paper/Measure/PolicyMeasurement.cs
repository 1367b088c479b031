using System.Text;
using Pipeline.CaptionMetrics;
using Pipeline.Cli.AwaitScores;
using Pipeline.Cli.Reproduce.Paper.Plan;
using Pipeline.Cli.Terminal;
using Pipeline.Contracts;

namespace Pipeline.Cli.Reproduce.Paper.Measure;

/// <summary>
/// Has policies write greedy captions of pictures and every reward score them, whichever the policy learned from. What was measured before
/// is in the store and not done again.
/// </summary>
/// <param name="connection">Where.</param>
/// <param name="with">The rewards.</param>
/// <param name="offered">Where they are.</param>
/// <param name="reference">The captioner that everything began with.</param>
/// <param name="patience">How long nothing may happen.</param>
sealed class PolicyMeasurement(Connection connection, Ingredients with, OfferedRewards offered, Reference reference, TimeSpan patience)
{
    readonly DrawingSettings _drawing = new() { Rewards = [with.Diffusion] };

    /// <summary>Measures a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="pictures">SHA-256 of the picture set.</param>
    /// <param name="cancellation">Cancels; what is under way is done all the same.</param>
    /// <exception cref="CliException">Scores do not come; the message says of which reward, and where to look.</exception>
    public async Task<Measured> MeasureAsync(PolicyRef policy, string pictures, CancellationToken cancellation)
    {
        var set = await connection.PictureSets.LoadAsync(pictures, cancellation);
        var id = Ids.Run(Encoding.UTF8.GetString(CanonicalJson.Serialize(
            new { Measured = new { policy.Checkpoint, Pictures = pictures, with.Rewards, Drawing = _drawing } })), 0);
        CaptionRequest[] captions = [.. set.Pictures.Select(picture => new CaptionRequest(
            Ids.Caption(id, policy.Version, picture.Sha256, 0), picture.Sha256, 0, Ids.Seed(0, policy.Version, picture.Sha256, 0)))];
        var scores = await ScoresAsync(id, policy, captions, cancellation);
        var written = (await connection.Events.LoadAsync<CaptionSampled>(captions.Select(caption => Streams.Caption(caption.CaptionId)), cancellation))
            .ToDictionary(caption => caption.PictureSha256);
        return new(
            id, policy.Version, policy.Checkpoint, Figures(set, written, scores), [.. set.Pictures.Select(picture => written[picture.Sha256].Text)]);
    }

    async Task<IReadOnlyList<CaptionScored>> ScoresAsync(
        Guid id, PolicyRef policy, CaptionRequest[] captions, CancellationToken cancellation)
    {
        var wait = new ScoreWait(connection, [.. captions.Select(caption => caption.CaptionId)], with.Rewards, offered, isDrawn: true);
        var known = await wait.LookAsync(cancellation);
        if (known.IsComplete) return known.Scores;
        var done = known.Scores.GroupBy(score => score.CaptionId).Where(group => group.Count() == with.Rewards.Count)
            .Select(group => group.Key).ToHashSet();
        var decoding = new Decoding(DecodingMode.Greedy);
        var progress = await wait.AskAsync(
            async () =>
            {
                foreach (var command in ProbeCommands.Of(id, policy, decoding, with.Rewards, _drawing, captions, done))
                    await connection.SendAsync(command, cancellation);
            },
            patience, _ => { }, cancellation);
        return progress.IsComplete
            ? progress.Scores
            : throw new CliException($"{progress.Problem(offered, _drawing, patience)}. The same command goes on where this one was");
    }

    SortedDictionary<string, double> Figures(
        PictureSet set, IReadOnlyDictionary<string, CaptionSampled> written, IReadOnlyList<CaptionScored> scores)
    {
        var figures = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var reward in scores.GroupBy(score => score.Reward))
        {
            figures[reward.Key] = reward.Average(score => score.Score);
            foreach (var detail in reward.SelectMany(score => score.Details).GroupBy(detail => detail.Key))
                figures[$"{reward.Key}/{detail.Key}"] = detail.Average(figure => figure.Value);
        }
        var metrics = CaptionScores.Of([.. set.Pictures.Select(picture => (written[picture.Sha256].Text, picture.Captions))]);
        foreach (var (name, value) in metrics.Corpus) figures[name] = value;
        figures[Metric.Perplexity] = reference.Perplexity([.. set.Pictures.Select(picture => written[picture.Sha256])]);
        return figures;
    }
}
