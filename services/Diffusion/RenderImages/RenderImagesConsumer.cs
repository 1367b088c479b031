using System.Diagnostics;
using MassTransit;
using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Diffusion.RenderImages;

/// <summary>
/// Draws the captions of one command: append, then publish, then acknowledge. What the store holds already, under the caption or under the
/// hash of an equal drawing, is not drawn again.
/// </summary>
public sealed class RenderImagesConsumer(EventAppender events, IBlobStore blobs, IDrawer drawer, ILogger<RenderImagesConsumer> logger)
    : IConsumer<Contracts.RenderImages>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<Contracts.RenderImages> context)
    {
        var (command, cancel) = (context.Message, context.CancellationToken);
        var clock = Stopwatch.StartNew();
        var recorded = command.Replay ? [] : await RecordedAsync(command, cancel);
        if (command.Captions.Where(caption => !recorded.ContainsKey(caption.CaptionId)).ToArray() is { Length: > 0 } missing)
        {
            var drawn = await DrawAsync(command, missing, MessageMetadata.From(context), cancel);
            // Another worker may have been first: what is stored counts, whatever was drawn here. A replay is recorded by who replays.
            recorded = command.Replay ? drawn.ToDictionary(rendered => rendered.CaptionId) : await RecordedAsync(command, cancel);
            PipelineMetrics.BatchDone("rendered", missing.Length, clock.Elapsed.TotalMilliseconds);
        }

        await context.Publish(
            new CaptionsRendered(
                command.RunId, command.Step, command.BatchId, command.Rewards, command.Drawing,
                [.. command.Captions.Select(caption => new RenderedCaption(
                    caption.CaptionId, caption.Text, caption.PictureSha256, recorded[caption.CaptionId].Images))],
                clock.Elapsed.TotalMilliseconds, command.Replay, command.Replay ? recorded.Values.First().Recipe : null),
            cancel);
    }

    /// <summary>The captions' drawings of this round that the store holds.</summary>
    async Task<Dictionary<Guid, ImagesRendered>> RecordedAsync(Contracts.RenderImages command, CancellationToken cancel) =>
        (await events.LoadAsync<ImagesRendered>(command.Captions.Select(caption => Streams.Caption(caption.CaptionId)), cancel))
        .Where(rendered => rendered.Images[0].Sample == command.FirstSample)
        .ToDictionary(rendered => rendered.CaptionId);

    /// <summary>Draws and stores; appends the drawings, and what was drawn to the captions unless it is for a replay.</summary>
    async Task<IReadOnlyList<ImagesRendered>> DrawAsync(
        Contracts.RenderImages command, IReadOnlyList<CaptionSampled> captions, MessageMetadata metadata, CancellationToken cancel)
    {
        var recipe = drawer.Recipe(command.Drawing);
        var wanted = captions.Select(caption => (Caption: caption, Key: DrawingKey.Of(caption, command, recipe))).ToArray();
        var known = (await events.LoadAsync<DrawingStored>(wanted.Select(entry => Streams.Drawing(entry.Key.Sha256)), cancel))
            .DistinctBy(stored => stored.Drawing).ToDictionary(stored => stored.Drawing, stored => stored.Images);
        // Pictures that were dropped with an archived run are drawn again: the same bytes, on the same kind of worker.
        foreach (var (drawing, images) in known.ToArray())
            if (!await AreThereAsync(images, cancel))
                known.Remove(drawing);
        var found = wanted.Count(entry => known.ContainsKey(entry.Key.Sha256));

        DrawingKey[] missing =
            [.. wanted.Select(entry => entry.Key).Where(key => !known.ContainsKey(key.Sha256)).DistinctBy(key => key.Sha256)];
        var pictures = await drawer.DrawAsync(missing, cancel);
        var drawn = missing.Zip(pictures, (key, images) => new DrawingStored(key.Sha256, key.Text, recipe, images)).ToArray();
        foreach (var stored in drawn) known[stored.Drawing] = stored.Images;
        PipelineMetrics.Drawn(captions.Count - found, found);
        logger.LogInformation("Drew {Drawn} captions and found {Found} drawn already", captions.Count - found, found);
        foreach (var stored in drawn)
            foreach (var image in stored.Images.Where(image => image.Invalid is not null))
                logger.LogWarning("Sample {Sample} of '{Text}' is no picture: {Invalid}", image.Sample, stored.Text, image.Invalid);

        ImagesRendered[] rendered =
        [
            .. wanted.Select(entry => new ImagesRendered(
                entry.Caption.CaptionId, command.RunId, command.Step, entry.Key.Sha256, recipe, known[entry.Key.Sha256])),
        ];
        await events.AppendOnceAsync(
            [
                .. drawn.Select(stored => new NewEvent(
                    Streams.Drawing(stored.Drawing), Ids.Event(Streams.Drawing(stored.Drawing), "drawing-stored"), stored)),
                .. command.Replay ? [] : rendered.Select(Recorded),
            ],
            metadata, cancel);
        return rendered;
    }

    async Task<bool> AreThereAsync(IEnumerable<RenderedImage> images, CancellationToken cancel)
    {
        foreach (var picture in images.Select(image => image.Sha256).OfType<string>())
            if (!await blobs.ExistsAsync(picture, cancel))
                return false;
        return true;
    }

    static NewEvent Recorded(ImagesRendered rendered)
    {
        var stream = Streams.Caption(rendered.CaptionId);
        return new NewEvent(stream, Ids.Event(stream, "images-rendered", rendered.Images[0].Sample), rendered);
    }
}
