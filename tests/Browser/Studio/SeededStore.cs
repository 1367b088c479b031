using System.Net.Http.Json;
using System.Text.Json.Nodes;
using JasperFx;
using Marten;
using Npgsql;
using Pipeline.Hosting;
using Pipeline.Seeding;
using Pipeline.Testing;

namespace Pipeline.Browser;

/// <summary>Studio on a database of its own that holds a made-up run.</summary>
/// <param name="options">How large the run is.</param>
public abstract class SeededStore(SeedOptions options) : IAsyncLifetime
{
    readonly TestStack _stack = new();
    PipelineHost _client = null!;

    /// <summary>Studio.</summary>
    public StudioServer Studio { get; private set; } = null!;

    /// <summary>What is in the store.</summary>
    public SeededRun Run { get; private set; } = null!;

    /// <summary>Appends further events.</summary>
    public EventAppender Events => _client.Get<EventAppender>();

    /// <summary>A caption that a step of the run learned from.</summary>
    /// <param name="step">The step, counted from 1.</param>
    public async Task<Guid> CaptionAsync(int step)
    {
        var captions = await Studio.Http.GetFromJsonAsync<JsonArray>($"/api/runs/{Run.RunId}/steps/{step}/captions");
        return (Guid)captions![0]!["caption"]!["captionId"]!;
    }

    /// <summary>Fills the store and starts Studio.</summary>
    public async ValueTask InitializeAsync()
    {
        await _stack.InitializeAsync();
        _client = await PipelineHost.StartAsync(
            _stack, builder => builder.AddPipelineDefaults("tests"), new Dictionary<string, string?> { ["Pipeline:LogLevel"] = "Fatal" });
        await _client.Get<IDocumentStore>().Storage.ApplyAllConfiguredChangesToDatabaseAsync(AutoCreate.CreateOrUpdate);
        Run = await SeededRun.WriteAsync(_client.Get<NpgsqlDataSource>(), _client.Get<IBlobStore>(), options);
        Studio = await StudioServer.StartAsync(_stack);
    }

    /// <summary>Ends Studio and deletes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Studio is not null) await Studio.DisposeAsync();
        if (_client is not null) await _client.DisposeAsync();
        await _stack.DisposeAsync();
    }
}
