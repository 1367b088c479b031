using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Replays;

/// <summary>A replay's stream: the only place that a replay writes to.</summary>
public sealed class ReplayJournal
{
    readonly EventAppender events;
    readonly Dictionary<Guid, CaptionRescored> scores;

    ReplayJournal(EventAppender events, ReplayStarted replay, IEnumerable<CaptionRescored> scores, ReplayCompleted? completed)
    {
        (this.events, Replay, Completed) = (events, replay, completed);
        this.scores = scores.ToDictionary(score => score.CaptionId);
        Model = this.scores.Values.FirstOrDefault()?.Model;
    }

    /// <summary>What was asked for.</summary>
    public ReplayStarted Replay { get; }

    /// <summary>What is scored so far, by caption.</summary>
    public IReadOnlyDictionary<Guid, CaptionRescored> Scores => scores;

    /// <summary>The fingerprint of the reward's model; null before the first score.</summary>
    public string? Model { get; private set; }

    /// <summary>The replay's last event; null while it is not whole.</summary>
    public ReplayCompleted? Completed { get; private set; }

    string Stream => Streams.Replay(Replay.ReplayId);

    /// <summary>Reads a replay's stream.</summary>
    /// <returns>Null when there is none.</returns>
    public static async Task<ReplayJournal?> FindAsync(EventAppender events, Guid replayId, CancellationToken cancellation)
    {
        var history = (await events.LoadStreamAsync(Streams.Replay(replayId), 0, cancellation)).Select(@event => @event.Data).ToList();
        return history.OfType<ReplayStarted>().FirstOrDefault() is { } started
            ? new(events, started, history.OfType<CaptionRescored>(), history.OfType<ReplayCompleted>().FirstOrDefault())
            : null;
    }

    /// <summary>
    /// Takes up the newest replay of this request when it is not whole, else begins another: the same reward may have another model by now.
    /// </summary>
    /// <param name="events">The store.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="plan">The captions.</param>
    /// <param name="isNew">Begin another in any case.</param>
    /// <param name="cancellation">Cancels.</param>
    public static async Task<ReplayJournal> OpenAsync(
        EventAppender events, ReplayRequest request, ReplayPlan plan, bool isNew, CancellationToken cancellation)
    {
        var attempt = 0;
        ReplayJournal? last = null;
        while (await FindAsync(events, request.Id(attempt), cancellation) is { } found) (last, attempt) = (found, attempt + 1);
        if (last is { Completed: null } && !isNew)
        {
            if (last.Replay.CaptionsRoot == plan.Root) return last;
            throw new ReplayException($"replay {last.Replay.ReplayId} was begun when the run had other captions: another begins on request (`new`)");
        }

        var started = new ReplayStarted(
            request.Id(attempt), request.RunId, request.Reward, request.Against, request.Selection, plan.Captions, plan.Root, request.Drawing);
        var journal = new ReplayJournal(events, started, [], null);
        await journal.AppendAsync("replay-started", "", started, cancellation);
        return journal;
    }

    /// <summary>Records scores; a caption that has one keeps it.</summary>
    /// <exception cref="ReplayException">They are of another model than those before: one replay is of one model.</exception>
    public async Task AddAsync(IReadOnlyList<CaptionRescored> rescored, CancellationToken cancellation)
    {
        var news = rescored.Where(score => !scores.ContainsKey(score.CaptionId)).DistinctBy(score => score.CaptionId).ToArray();
        if (news.Length == 0) return;
        Model ??= news[0].Model;
        if (news.FirstOrDefault(score => score.Model != Model) is { } other)
            throw new ReplayException(
                $"reward '{Replay.Reward}' has another model ({other.Model}) than when replay {Replay.ReplayId} was begun ({Model}): "
                + "another replay begins on request (`new`)");
        await events.AppendOnceAsync(
            [.. news.Select(score => new NewEvent(Stream, Ids.Event(Stream, "caption-rescored", score.CaptionId), score))],
            new MessageMetadata(Replay.RunId, "replay"), cancellation);
        foreach (var score in news) scores[score.CaptionId] = score;
    }

    /// <summary>Records that every caption has its score.</summary>
    public async Task CompleteAsync(ReplayPlan plan, CancellationToken cancellation)
    {
        var completed = new ReplayCompleted(
            Replay.ReplayId, scores.Count, Model!, MerkleTree.Root([.. plan.CaptionIds.Select(id => CanonicalJson.Serialize(scores[id]))]));
        await AppendAsync("replay-completed", "", completed, cancellation);
        Completed = completed;
    }

    Task AppendAsync(string kind, string discriminator, object @event, CancellationToken cancellation) => events.AppendOnceAsync(
        [new NewEvent(Stream, Ids.Event(Stream, kind, discriminator), @event)], new MessageMetadata(Replay.RunId, "replay"), cancellation);
}
