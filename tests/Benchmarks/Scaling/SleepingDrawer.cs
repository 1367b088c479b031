using System.Text;
using Pipeline.Contracts;
using Pipeline.Diffusion.RenderImages;
using Pipeline.Hosting;

namespace Pipeline.Benchmarks.Scaling;

/// <summary>Draws like a GPU that belongs to the worker alone: one caption at a time, real time, no CPU. What it stores is a few bytes.</summary>
sealed class SleepingDrawer(IBlobStore blobs, TimeSpan perCaption) : IDrawer, IDisposable
{
    readonly SemaphoreSlim turn = new(1, 1);

    public DrawingRecipe Recipe(DrawingSettings settings) =>
        new(new string('0', 64), settings.Scheduler ?? "ddim", settings.Steps ?? 50, settings.Guidance ?? 7.5, settings.NegativePrompt, 512, 512);

    public async Task<IReadOnlyList<IReadOnlyList<RenderedImage>>> DrawAsync(
        IReadOnlyList<DrawingKey> drawings, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            await Task.Delay(perCaption * drawings.Count, cancellation);
        }
        finally
        {
            turn.Release();
        }
        return [.. await Task.WhenAll(drawings.Select(drawing => Task.WhenAll(drawing.Samples.Select(async sample => new RenderedImage(
            sample.Sample, sample.Seed, await blobs.PutAsync(Encoding.UTF8.GetBytes($"{drawing.Text} {sample.Seed}"), cancellation))))))];
    }

    public void Dispose() => turn.Dispose();
}
