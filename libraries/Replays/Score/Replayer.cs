using System.Collections.Concurrent;
using MassTransit;
using Pipeline.Contracts;

namespace Pipeline.Replays;

/// <summary>
/// Sends recorded captions to a reward's service and records what it answers, until every caption has a score. It may die at any
/// instruction: what the replay's stream holds is not asked for again.
/// </summary>
/// <param name="journal">The replay.</param>
/// <param name="plan">Its captions.</param>
/// <param name="messages">Makes the messages.</param>
/// <param name="bus">A bus that was started.</param>
/// <param name="inbox">Hears the answers.</param>
/// <param name="options">How to go about it.</param>
/// <param name="whyNot">
/// Asked now and then while nothing is answered: why nothing can come any more, such as that messages were parked; null when something may.
/// </param>
public sealed class Replayer(
    ReplayJournal journal, ReplayPlan plan, ReplayMessages messages, IBus bus, ReplayInbox inbox, ReplayOptions options,
    Func<CancellationToken, Task<string?>> whyNot)
{
    readonly ConcurrentDictionary<Guid, OpenBatch> open = [];

    // Back-pressure: a batch is read from the store only when another one was answered.
    readonly SemaphoreSlim window = new(options.Window, options.Window);

    /// <summary>Scores what is not scored yet.</summary>
    /// <exception cref="ReplayException">No answer came for too long, or none can come.</exception>
    public async Task RunAsync(IProgress<ReplayProgress>? progress, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (sending, recording) = (SendAsync(either.Token), RecordAsync(progress, either.Token));
        // When one fails the other must not wait for it for ever; and it is the failure that counts, not that the other was cancelled.
        var first = await Task.WhenAny(sending, recording);
        if (!first.IsCompletedSuccessfully) await either.CancelAsync();
        await first;
        await Task.WhenAll(sending, recording);
        await journal.CompleteAsync(plan, cancellation);
    }

    async Task SendAsync(CancellationToken cancellation)
    {
        var isDrawn = journal.Replay.Drawing is not null;
        var scored = journal.Scores.Keys.ToHashSet(); // those of an earlier beginning: the others change while this sends
        foreach (var batch in plan.Batches)
        {
            var missing = batch.CaptionIds.Where(id => !scored.Contains(id)).ToArray();
            if (missing.Length == 0) continue;
            await window.WaitAsync(cancellation);
            var entry = new OpenBatch(batch, missing, isDrawn);
            entry.Sent(options.ResendAfter);
            open[batch.Id] = entry;
            await PublishAsync(batch, cancellation);
        }
    }

    async Task PublishAsync(ReplayBatch batch, CancellationToken cancellation)
    {
        var message = await messages.OfAsync(batch, cancellation);
        await bus.Publish(message, message.GetType(), cancellation);
    }

    async Task RecordAsync(IProgress<ReplayProgress>? progress, CancellationToken cancellation)
    {
        var lastNews = DateTime.UtcNow;
        progress?.Report(new(journal.Scores.Count, plan.Captions));
        while (journal.Scores.Count < plan.Captions)
        {
            if (!await AnswerAsync(cancellation))
            {
                await LookAsync(lastNews, cancellation);
                continue;
            }

            // What has come meanwhile is recorded together: one transaction instead of many.
            var rescored = new List<CaptionRescored>();
            var done = 0;
            while (inbox.Answers.TryRead(out var answer))
            {
                if (Of(answer) is not { } batch) continue;
                rescored.AddRange(batch.Take(answer, journal.Replay));
                if (batch.IsDone && open.TryRemove(batch.Batch.Id, out _)) done++;
            }
            // The service is given its next batches before the store is waited for.
            if (done > 0) window.Release(done);
            if (rescored.Count == 0) continue;
            await journal.AddAsync(rescored, cancellation);
            lastNews = DateTime.UtcNow;
            progress?.Report(new(journal.Scores.Count, plan.Captions));
        }
    }

    OpenBatch? Of(object answer) => answer switch
    {
        CaptionsScored scored when scored.Reward == journal.Replay.Reward => open.GetValueOrDefault(scored.BatchId),
        CaptionsRendered rendered => open.GetValueOrDefault(rendered.BatchId),
        _ => null,
    };

    /// <summary>Whether an answer came within a second.</summary>
    async Task<bool> AnswerAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            return await inbox.Answers.WaitToReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    async Task LookAsync(DateTime lastNews, CancellationToken cancellation)
    {
        if (await whyNot(cancellation) is { } reason) throw new ReplayException(reason);
        if (DateTime.UtcNow - lastNews > options.Patience)
            throw new ReplayException(
                $"reward '{journal.Replay.Reward}' has not answered for {options.Patience.TotalSeconds:0} s; {journal.Scores.Count} of "
                + $"{plan.Captions} captions are scored, and the same replay goes on from there when it is asked for again");
        foreach (var late in open.Values.Where(batch => batch.SendAgainAt < DateTime.UtcNow).ToArray())
        {
            late.Sent(options.ResendAfter);
            await PublishAsync(late.Batch, cancellation);
        }
    }
}
