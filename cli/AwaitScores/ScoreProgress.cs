using Pipeline.Contracts;

namespace Pipeline.Cli.AwaitScores;

/// <summary>How far captions are on their way to their scores.</summary>
/// <param name="Captions">How many there are.</param>
/// <param name="Rewards">The rewards that shall score each of them.</param>
/// <param name="Written">How many are written.</param>
/// <param name="Rendered">What was drawn of them.</param>
/// <param name="Scores">What was scored.</param>
/// <param name="Parked">The queues of which a message was parked since.</param>
sealed record ScoreProgress(
    int Captions, IReadOnlyList<string> Rewards, int Written, IReadOnlyList<ImagesRendered> Rendered, IReadOnlyList<CaptionScored> Scores,
    IReadOnlyList<string> Parked)
{
    /// <summary>Whether every reward scored every caption.</summary>
    public bool IsComplete => Scores.Count >= Captions * Rewards.Count;

    /// <summary>Everything that was done; it grows while the services work.</summary>
    public int Done => Written + Pictures + Scores.Count;

    /// <summary>The rewards that have not scored every caption.</summary>
    public IReadOnlyList<string> Missing =>
        [.. Rewards.Where(reward => Scores.Count(score => score.Reward == reward) < Captions).Order(StringComparer.Ordinal)];

    int Pictures => Rendered.Sum(rendered => rendered.Images.Count);

    /// <summary>How far it is, in a few words.</summary>
    public string Sentence(DrawingSettings? drawing)
    {
        var parts = new List<string>();
        if (Written < Captions) parts.Add($"{Written} of {Captions} captions written");
        if (drawing is not null) parts.Add(Drawn(drawing));
        if (Rewards.Count == 1) parts.Add($"{Scores.Count} of {Captions} scored by {Rewards[0]}");
        else if (Missing.Count > 0) parts.Add($"waiting for {string.Join(", ", Missing)}");
        return string.Join(", ", parts);
    }

    /// <summary>Why the scores are not all there and where to look, for when they do not come.</summary>
    /// <param name="offered">Where the rewards are.</param>
    /// <param name="drawing">How the captions are drawn.</param>
    /// <param name="patience">How long nothing happened.</param>
    public string Problem(OfferedRewards offered, DrawingSettings? drawing, TimeSpan patience)
    {
        var who = $"reward{(Missing.Count > 1 ? "s" : "")} {string.Join(", ", Missing)}";
        if (Parked.Count > 0)
            return $"no score from {who}: a message was given up and lies in queue {string.Join("_error, ", Parked)}_error; the log of the "
                + $"service that takes from {string.Join(", ", Parked)} says why";
        IEnumerable<string> queues = Missing.Select(offered.Queue);
        if (drawing is not null && Missing.Any(drawing.Rewards.Contains) && Rendered.Count < Captions)
            queues = queues.Where(queue => queue.StartsWith("score-captions-", StringComparison.Ordinal))
                .Concat(["plan-drawings", "render-images"]);
        return $"no score from {who}: nothing has happened for {patience.TotalSeconds:0} s ({Sentence(drawing)}). {ThisCommand.Name} status shows "
            + $"whether anybody takes from {string.Join(", ", queues)} and what is parked; --timeout waits longer";
    }

    string Drawn(DrawingSettings drawing) => Captions == 1
        ? $"{Pictures} of {(drawing.StandardErrorBound > 0 ? "at most " : "")}{Format.Count(drawing.Samples, "picture")} drawn"
        : $"{Rendered.Select(rendered => rendered.CaptionId).Distinct().Count()} of {Captions} captions drawn";
}
