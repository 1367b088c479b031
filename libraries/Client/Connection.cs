using Marten;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.Hosting;

namespace Pipeline.Client;

/// <summary>The event store, the blobs and, once something is sent, the bus. Nothing connects before it is used.</summary>
public sealed class Connection : IAsyncDisposable
{
    readonly IServiceProvider _services;
    readonly IHost? _host;
    bool _isBusStarted;

    Connection(IHost host) => (_services, _host) = (host.Services, host);

    /// <summary>The connections of a service that was wired with <see cref="PipelineDefaults"/> and runs: its bus is started, and all stays its own.</summary>
    public Connection(IServiceProvider services) => (_services, _isBusStarted) = (services, true);

    /// <summary>Where everything is.</summary>
    public PipelineOptions Options => Get<IOptions<PipelineOptions>>().Value;

    /// <summary>Events.</summary>
    public EventAppender Events => Get<EventAppender>();

    /// <summary>The store, for questions across streams.</summary>
    public IDocumentStore Store => Get<IDocumentStore>();

    /// <summary>The database below the store, for what is to be seen as it is stored.</summary>
    public NpgsqlDataSource Database => Get<NpgsqlDataSource>();

    /// <summary>Blobs.</summary>
    public IBlobStore Blobs => Get<IBlobStore>();

    /// <summary>Checkpoints.</summary>
    public CheckpointStore Checkpoints => Get<CheckpointStore>();

    /// <summary>Pictures as networks read them.</summary>
    public PictureReader Pictures => Get<PictureReader>();

    /// <summary>Picture sets.</summary>
    public PictureSetStore PictureSets => Get<PictureSetStore>();

    /// <summary>Connects to what <paramref name="settings"/> name, for a program that runs no service.</summary>
    /// <exception cref="RequestException">A setting is missing or wrong.</exception>
    public static Connection Open(IConfiguration settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddConfiguration(settings);
        // What goes wrong is an exception here, and told as one line; the log would say it a second time.
        builder.Configuration["Pipeline:LogLevel"] = "Fatal";
        builder.AddPipelineDefaults("cli");
        var connection = new Connection(builder.Build());
        try
        {
            _ = connection.Options;
        }
        catch (OptionsValidationException error)
        {
            throw new RequestException(string.Join(' ', error.Failures));
        }
        return connection;
    }

    /// <summary>The bus, started.</summary>
    public async Task<IBusControl> BusAsync()
    {
        var bus = Get<IBusControl>();
        if (!_isBusStarted) await bus.StartAsync(TimeSpan.FromSeconds(20));
        _isBusStarted = true;
        return bus;
    }

    /// <summary>Sends a message to whoever takes it, and waits until the broker has it.</summary>
    /// <exception cref="RequestException">Nobody has ever taken such messages there.</exception>
    public async Task SendAsync<T>(T message, CancellationToken cancellation)
        where T : class
    {
        try
        {
            await (await BusAsync()).Publish(message, cancellation);
        }
        catch (MessageReturnedException)
        {
            throw new RequestException(
                $"no service takes {typeof(T).Name}: the one that does has never been started here; start it with: {ThisCommand.Up}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_host is null) return;
        if (_isBusStarted) await Get<IBusControl>().StopAsync(TimeSpan.FromSeconds(10));
        if (_host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }

    T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();
}
