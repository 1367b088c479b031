using MassTransit;
using Pipeline.Contracts;
using Pipeline.Learner.DriveRuns;

namespace Pipeline.Learner.CollectDrawings;

/// <summary>Tells the run's loop that captions were drawn, for the step's timings.</summary>
public sealed class CollectDrawingsConsumer(ScoreInbox inbox) : IConsumer<CaptionsRendered>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<CaptionsRendered> context)
    {
        var rendered = context.Message;
        inbox.Deliver(rendered.RunId, new Arrival(
            rendered.BatchId, Stage.Render, [.. rendered.Captions.Select(caption => caption.CaptionId)], rendered.ElapsedMs,
            FirstSample: rendered.Captions[0].Images[0].Sample));
        return Task.CompletedTask;
    }
}
