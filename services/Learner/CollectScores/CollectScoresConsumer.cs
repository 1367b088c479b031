using MassTransit;
using Pipeline.Contracts;
using Pipeline.Learner.DriveRuns;

namespace Pipeline.Learner.CollectScores;

/// <summary>Tells the run's loop that a reward has scored a micro-batch.</summary>
public sealed class CollectScoresConsumer(ScoreInbox inbox) : IConsumer<CaptionsScored>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<CaptionsScored> context)
    {
        var scored = context.Message;
        inbox.Deliver(scored.RunId, new Arrival(scored.BatchId, scored.Reward, scored.ElapsedMs));
        return Task.CompletedTask;
    }
}
