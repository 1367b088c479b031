using MassTransit;
using Pipeline.Contracts;
using Pipeline.Learner.DriveRuns;

namespace Pipeline.Learner.CollectCaptions;

/// <summary>Tells the run's loop that a micro-batch was sampled, for the step's timings.</summary>
public sealed class CollectCaptionsConsumer(ScoreInbox inbox) : IConsumer<CaptionsSampled>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<CaptionsSampled> context)
    {
        var sampled = context.Message;
        inbox.Deliver(sampled.RunId, new Arrival(
            sampled.BatchId, Stage.Sample, [.. sampled.Captions.Select(caption => caption.CaptionId)], sampled.ElapsedMs));
        return Task.CompletedTask;
    }
}
