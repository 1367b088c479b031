using MassTransit;
using Pipeline.Contracts;

namespace Pipeline.Diffusion.PlanDrawings;

/// <summary>
/// Turns captions of runs whose rewards need pictures into commands that draw them. A caption is drawn a hundred times longer than it is
/// written, so the captions of a micro-batch are shared out among workers, in groups that the run's settings fix.
/// </summary>
public sealed class PlanDrawingsConsumer : IConsumer<CaptionsSampled>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<CaptionsSampled> context) =>
        Task.WhenAll(Commands(context.Message).Select(command => context.Publish(command, context.CancellationToken)));

    /// <summary>The first round of drawings of each caption; none for a run that draws nothing.</summary>
    public static IEnumerable<Contracts.RenderImages> Commands(CaptionsSampled sampled)
    {
        if (sampled.Drawing is not { } drawing || sampled.Replay) return []; // a replay asks for its drawings itself
        string[] rewards = [.. drawing.Rewards.Where(sampled.Rewards.Contains).Order(StringComparer.Ordinal)];
        return rewards.Length == 0 ? [] : sampled.Captions.Chunk(drawing.MicroBatch).Select(captions => new Contracts.RenderImages(
            sampled.RunId, sampled.Step, sampled.BatchId, rewards, drawing, 0, drawing.RoundFrom(0), captions));
    }
}
