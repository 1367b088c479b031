using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Models.Pictures;
using Pipeline.Onnx;
using Pipeline.TextToImage;
using Pipeline.TextToImage.Schedulers;

namespace Pipeline.Diffusion.RenderImages;

/// <summary>Pictures as a function of text, seeds and recipe: the same on every worker of this kind, in any order and company.</summary>
public sealed class Drawer : IDrawer, IDisposable
{
    readonly DiffusionModel model;
    readonly IBlobStore blobs;
    readonly byte[] files;
    readonly string manifest;

    // One drawing computes at a time: two would only share the cores, and each needs the memory of a batch.
    readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Loads the model and tries each of its parts.</summary>
    /// <exception cref="Exception">The model is broken; one line that names the file, see <see cref="DiffusionModel.Load"/>.</exception>
    public Drawer(IOptions<DiffusionOptions> options, IBlobStore blobs)
    {
        var chosen = options.Value;
        this.blobs = blobs;
        model = DiffusionModel.Load(
            chosen.Model!, new OnnxOptions { Threads = chosen.Threads, Provider = chosen.Provider, Device = chosen.Device },
            chosen.BatchSize);
        var listed = model.Files.OrderBy(file => file.Key, StringComparer.Ordinal)
            .Select(file => new CheckpointFile(file.Key, file.Value.Sha256, file.Value.Bytes));
        files = CanonicalJson.Serialize(new CheckpointManifest([.. listed]));
        manifest = blobs.PutAsync(files).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public DrawingRecipe Recipe(DrawingSettings settings)
    {
        var scheduler = settings.Scheduler is { } name ? SchedulerNames.Parse(name) : model.Scheduler;
        var recipe = new DrawingRecipe(
            manifest, scheduler.ShortName(), settings.Steps ?? model.Defaults.Steps, settings.Guidance ?? model.Defaults.Guidance,
            settings.NegativePrompt, settings.Size ?? model.Defaults.Height, settings.Size ?? model.Defaults.Width);
        model.RequirePossible(Plan(recipe));
        return recipe;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IReadOnlyList<RenderedImage>>> DrawAsync(
        IReadOnlyList<DrawingKey> drawings, CancellationToken cancellation)
    {
        if (drawings.Count == 0) return [];
        // No event may have named it for days: who clears away old blobs must leave it from here on.
        await blobs.PutAsync(files, cancellation);
        var wanted = drawings
            .SelectMany(drawing => drawing.Samples.Select(sample => new PictureToDraw(drawing.Text, sample.Seed))).ToArray();
        IReadOnlyList<DrawnPicture> drawn;
        await turn.WaitAsync(cancellation);
        try
        {
            drawn = model.Draw(wanted, Plan(drawings[0].Recipe), cancellation);
        }
        finally
        {
            turn.Release();
        }

        var stored = await Task.WhenAll(drawn.Select(picture => StoreAsync(picture, cancellation)));
        var next = 0;
        return [.. drawings.Select(drawing => drawing.Samples
            .Select(sample => new RenderedImage(sample.Sample, sample.Seed, stored[next], drawn[next++].Invalid)).ToArray())];
    }

    /// <summary>Frees the model.</summary>
    public void Dispose()
    {
        model.Dispose();
        turn.Dispose();
    }

    async Task<string?> StoreAsync(DrawnPicture drawn, CancellationToken cancellation) =>
        drawn.Picture is { } picture ? await blobs.PutAsync(PictureEncoder.Png(picture), cancellation) : null;

    static DrawingPlan Plan(DrawingRecipe recipe) => new(
        SchedulerNames.Parse(recipe.Scheduler), recipe.Steps, recipe.Guidance, recipe.NegativePrompt, recipe.Height, recipe.Width);
}
