using Pipeline.Contracts;

namespace Pipeline.Cli.AwaitScores;

/// <summary>Waits for captions' scores by looking into the store, where they are once a service has made them.</summary>
/// <param name="connection">Where.</param>
/// <param name="captions">The captions.</param>
/// <param name="rewards">The rewards that shall score each of them.</param>
/// <param name="offered">Where the rewards are.</param>
/// <param name="isDrawn">Whether the captions are drawn.</param>
sealed class ScoreWait(
    Connection connection, IReadOnlyList<Guid> captions, IReadOnlyList<string> rewards, OfferedRewards offered, bool isDrawn)
{
    /// <summary>Every look reads all the captions' events.</summary>
    readonly TimeSpan _pause = TimeSpan.FromMilliseconds(captions.Count < 10 ? 300 : 1000);

    /// <summary>Between two looks into the error queues: a service tries for half a minute before it parks a message.</summary>
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(3);

    readonly string[] _streams = [.. captions.Select(Streams.Caption)];

    /// <summary>How far it is now.</summary>
    public async Task<ScoreProgress> LookAsync(CancellationToken cancellation)
    {
        var written = await connection.Events.LoadAsync<CaptionSampled>(_streams, cancellation);
        var rendered = isDrawn ? await connection.Events.LoadAsync<ImagesRendered>(_streams, cancellation) : [];
        var scores = await connection.Events.LoadAsync<CaptionScored>(_streams, cancellation);
        return new(captions.Count, rewards, written.Count, rendered, [.. scores.Where(score => rewards.Contains(score.Reward))], []);
    }

    /// <summary>
    /// Asks, and waits until all scores are there, none of the missing ones can come any more because their messages were given up, or
    /// nothing happens for <paramref name="patience"/>.
    /// </summary>
    /// <param name="ask">Sends the messages that lead to the scores.</param>
    /// <param name="patience">How long nothing may happen.</param>
    /// <param name="show">Is told how far it is, again and again.</param>
    /// <param name="cancellation">Ends the wait; what was asked for is done all the same.</param>
    public async Task<ScoreProgress> AskAsync(
        Func<Task> ask, TimeSpan patience, Action<ScoreProgress> show, CancellationToken cancellation)
    {
        var parkedBefore = await ParkedAsync(cancellation); // what was parked before it was asked is no news
        await ask();
        var (last, lastChange, lastLook, parked) = (-1, DateTime.UtcNow, DateTime.UtcNow, Array.Empty<string>());
        while (true)
        {
            var progress = await LookAsync(cancellation) with { Parked = parked };
            show(progress);
            if (progress.Done > last) (last, lastChange) = (progress.Done, DateTime.UtcNow);
            if (progress.IsComplete || IsHopeless(progress) || DateTime.UtcNow - lastChange > patience) return progress;
            if (DateTime.UtcNow - lastLook > BetweenLooks)
            {
                var now = await ParkedAsync(cancellation);
                parked = [.. Before.Concat(rewards.Select(offered.Queue)).Where(queue => Count(now, queue) > Count(parkedBefore, queue))];
                lastLook = DateTime.UtcNow;
            }
            await Task.Delay(_pause, cancellation);
        }
    }

    /// <summary>The queues that a caption passes before it comes to a reward.</summary>
    string[] Before => isDrawn ? ["sample-captions", "plan-drawings", "render-images"] : ["sample-captions"];

    bool IsHopeless(ScoreProgress progress) =>
        progress.Parked.Any(Before.Contains) || progress.Missing.All(reward => progress.Parked.Contains(offered.Queue(reward)));

    Task<IReadOnlyDictionary<string, uint>> ParkedAsync(CancellationToken cancellation) =>
        QueueProbe.MessagesAsync(
            connection.Options.RabbitMq, Before.Concat(rewards.Select(offered.Queue)).Select(queue => $"{queue}_error"), cancellation);

    static uint Count(IReadOnlyDictionary<string, uint> parked, string queue) => parked.GetValueOrDefault($"{queue}_error");
}
