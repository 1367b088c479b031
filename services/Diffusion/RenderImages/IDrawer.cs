using Pipeline.Contracts;

namespace Pipeline.Diffusion.RenderImages;

/// <summary>What draws: <see cref="Drawer"/> with a model in this process. Another may ask a machine elsewhere.</summary>
public interface IDrawer
{
    /// <summary>What the settings come to with this drawer.</summary>
    /// <exception cref="ArgumentException">It cannot draw so.</exception>
    DrawingRecipe Recipe(DrawingSettings settings);

    /// <summary>Draws and stores the pictures; nothing is recorded yet. Equal drawings give equal pictures.</summary>
    /// <param name="drawings">What to draw; all with one recipe.</param>
    /// <param name="cancellation">Stops within a step.</param>
    /// <returns>The pictures of each.</returns>
    Task<IReadOnlyList<IReadOnlyList<RenderedImage>>> DrawAsync(IReadOnlyList<DrawingKey> drawings, CancellationToken cancellation);
}
