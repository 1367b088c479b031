using System.Diagnostics;
using MassTransit;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Sampling;

namespace Pipeline.Rollout.SampleCaptions;

/// <summary>
/// Writes the captions of one command: append, then publish, then acknowledge. Captions that the store holds already are published as they
/// were recorded, so that a redelivery costs a look-up and changes nothing.
/// </summary>
public sealed class SampleCaptionsConsumer(EventAppender events, CaptionWriter writer, ILogger<SampleCaptionsConsumer> logger)
    : IConsumer<Contracts.SampleCaptions>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<Contracts.SampleCaptions> context)
    {
        var command = context.Message;
        var clock = Stopwatch.StartNew();
        var captions = await RecordedAsync(command, context.CancellationToken);
        if (captions.Count < command.Captions.Count)
        {
            captions = await writer.WriteAsync(command, context.CancellationToken);
            var added = await events.AppendOnceAsync([.. captions.Select(NewCaption)], MessageMetadata.From(context), context.CancellationToken);

            // Another worker may have been first: what is stored counts, whatever was computed here.
            if (added.Count < captions.Count) captions = await RecordedAsync(command, context.CancellationToken);
            PipelineMetrics.BatchDone("sampled", captions.Count, clock.Elapsed.TotalMilliseconds);
            logger.LogInformation("Wrote {Captions} captions, {Purpose}", captions.Count, command.Purpose);
        }
        await context.Publish(new CaptionsSampled(
            command.RunId, command.Step, command.BatchId, command.Rewards, captions, clock.Elapsed.TotalMilliseconds, command.Drawing),
            context.CancellationToken);
    }

    async Task<IReadOnlyList<CaptionSampled>> RecordedAsync(Contracts.SampleCaptions command, CancellationToken cancel) =>
        await events.LoadAsync<CaptionSampled>([.. command.Captions.Select(caption => Streams.Caption(caption.CaptionId))], cancel);

    static NewEvent NewCaption(CaptionSampled caption)
    {
        var stream = Streams.Caption(caption.CaptionId);
        return new NewEvent(stream, Ids.Event(stream, "caption-sampled"), caption);
    }
}
