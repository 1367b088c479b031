using Pipeline.Contracts;
using Pipeline.Replays;

namespace Pipeline.Client;

/// <summary>Asks the rewards again, as a replay does; what they answer is compared and recorded nowhere.</summary>
sealed class ScoredAgain(Connection connection, RunSettings settings, OfferedRewards offered, TimeSpan patience, Comparison comparison)
{
    const double Tolerance = 1e-4;

    /// <summary>Compares the scores of a command's chosen captions.</summary>
    public async Task CompareAsync(
        ChosenCaptions captions, IReadOnlyList<CaptionSampled> sampled, ILookup<Guid, ImagesRendered> rendered,
        IReadOnlyList<CaptionScored> scored, CancellationToken cancellation)
    {
        var bus = await connection.BusAsync();
        var asking = Guid.NewGuid(); // nobody's run
        await using var inbox = await ReplayInbox.OpenAsync(bus, asking, isDrawn: false, cancellation);
        foreach (var reward in captions.Command.Rewards)
        {
            if (!offered.Offers(reward))
            {
                comparison.NotCompared($"scores of {reward}: no service offers it");
                continue;
            }
            foreach (var message in Messages(asking, captions, reward, sampled, rendered))
            {
                await bus.Publish(message, message.GetType(), cancellation);
                var again = await AnswerAsync(inbox, reward, cancellation);
                foreach (var score in again.Captions.Where(score => captions.Chosen.Contains(score.CaptionId)))
                    Compare(scored.Single(known => known.CaptionId == score.CaptionId && known.Reward == reward), score);
            }
        }
    }

    void Compare(CaptionScored recorded, CaptionScored again)
    {
        if (again.Model != recorded.Model)
        {
            comparison.NotCompared($"scores of {recorded.Reward}: the service has another model ({again.Model[..Math.Min(12, again.Model.Length)]}) than the run had");
            return;
        }
        comparison.Compare(
            "scores", [recorded.Score, .. recorded.SampleScores], [again.Score, .. again.SampleScores], Tolerance,
            _ => $"caption_scored.v1, {Streams.Caption(recorded.CaptionId)}: {recorded.Reward} gives {again.Score:R}, found {recorded.Score:R}");
    }

    /// <summary>In the groups in which they were scored at first, as far as those hold a chosen caption.</summary>
    IEnumerable<object> Messages(
        Guid asking, ChosenCaptions captions, string reward, IReadOnlyList<CaptionSampled> sampled, ILookup<Guid, ImagesRendered> rendered)
    {
        var (step, batch) = (captions.Command.Step, captions.Command.BatchId);
        if (settings.Drawing is not { } drawing || !drawing.Rewards.Contains(reward))
            return [new CaptionsSampled(asking, step, batch, [reward], sampled, 0, Replay: true)];
        return sampled.Chunk(drawing.MicroBatch).Where(group => group.Any(caption => captions.Chosen.Contains(caption.CaptionId))).Select(group =>
            new CaptionsRendered(asking, step, batch, [reward], drawing,
                [.. group.Select(caption => new RenderedCaption(
                    caption.CaptionId, caption.Text, caption.PictureSha256, [.. rendered[caption.CaptionId].SelectMany(round => round.Images)]))],
                0, Replay: true));
    }

    async Task<CaptionsScored> AnswerAsync(ReplayInbox inbox, string reward, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            return (CaptionsScored)await inbox.Answers.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new RequestException(
                $"reward '{reward}' has not answered for {patience.TotalSeconds:0} s; {ThisCommand.Name} status shows whether anybody takes from "
                + $"{offered.Queue(reward)} and what is parked");
        }
    }
}
