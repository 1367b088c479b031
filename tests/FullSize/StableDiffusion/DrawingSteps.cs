using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Diffusion;
using Pipeline.Diffusion.RenderImages;
using Pipeline.FullSize.Measuring;
using Pipeline.Hosting;

namespace Pipeline.FullSize.StableDiffusion;

/// <summary>What Diffusion does in a step.</summary>
static class DrawingSteps
{
    /// <summary>
    /// Draws a picture of 512x512 in one denoising step; gives its blob, or nothing and why. Arguments: the model's folder, the blobs,
    /// guidance.
    /// </summary>
    public static async Task<IReadOnlyList<string>> DrawAsync(Stage stage, string[] arguments)
    {
        var options = new DiffusionOptions { Model = arguments[0], Threads = Measured.Threads };
        using var drawer = stage.Loaded(new Drawer(Options.Create(options), new FolderBlobStore(arguments[1])));
        var recipe = drawer.Recipe(new DrawingSettings { Rewards = [], Steps = 1, Guidance = double.Parse(arguments[2]) });
        var drawn = stage.Done(await drawer.DrawAsync([new DrawingKey("a cat on a red sofa", recipe, [(0, 1)])], default));
        return [drawn[0][0].Sha256 ?? "", drawn[0][0].Invalid ?? ""];
    }
}
