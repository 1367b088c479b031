using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Hosting;

namespace Pipeline.Testing;

/// <summary>A service in this process against a <see cref="TestStack"/>, its web server on a free port.</summary>
public sealed class PipelineHost : IAsyncDisposable
{
    readonly WebApplication _app;

    PipelineHost(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    /// <summary>The service's container.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Speaks to the service's web server.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts a service.</summary>
    /// <param name="stack">The servers it works with.</param>
    /// <param name="configure">Does what the service's Program.cs does to its builder.</param>
    /// <param name="settings">Further configuration; wins over the stack's.</param>
    /// <param name="map">Maps endpoints besides those of health.</param>
    public static async Task<PipelineHost> StartAsync(
        TestStack stack, Action<WebApplicationBuilder> configure, IReadOnlyDictionary<string, string?>? settings = null,
        Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(stack.Settings).AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        configure(builder);

        var app = builder.Build();
        app.MapPipelineHealth();
        map?.Invoke(app);
        await app.StartAsync();
        return new PipelineHost(app);
    }

    /// <summary>A service of the container.</summary>
    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Stops the service as a signal would: what is under way is finished.</summary>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
