using Pipeline.Diffusion.RenderImages;

namespace Pipeline.Diffusion;

/// <summary>Registers what draws.</summary>
public static class DrawerSetup
{
    /// <summary>
    /// Adds the drawer. Its model is loaded before anything else of the service starts, so that a broken one stops it there.
    /// </summary>
    public static IServiceCollection AddDrawer(this IServiceCollection services)
    {
        services.AddOptions<DiffusionOptions>().BindConfiguration(DiffusionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton<IDrawer, Drawer>().AddHostedService<ModelFirst>();
    }

    sealed class ModelFirst(IDrawer drawer) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            _ = drawer;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
