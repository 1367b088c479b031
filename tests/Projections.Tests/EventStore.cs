using Npgsql;
using Pipeline.Hosting;
using Pipeline.Testing;

namespace Pipeline.Projections.Tests;

/// <summary>An event store of its own, empty at first.</summary>
public sealed class EventStore : IAsyncLifetime
{
    readonly TestStack _stack = new();
    PipelineHost _host = null!;

    public NpgsqlDataSource Database => _host.Get<NpgsqlDataSource>();

    public EventAppender Events => _host.Get<EventAppender>();

    public IBlobStore Blobs => _host.Get<IBlobStore>();

    public async ValueTask InitializeAsync()
    {
        await _stack.InitializeAsync();
        _host = await PipelineHost.StartAsync(
            _stack, builder => builder.AddPipelineDefaults("tests"), new Dictionary<string, string?> { ["Pipeline:LogLevel"] = "Fatal" });
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _stack.DisposeAsync();
    }

    public Task AppendAsync(string stream, params IEnumerable<object> events) => Events.AppendOnceAsync(
        [.. events.Select(data => new NewEvent(stream, Guid.NewGuid(), data))], new MessageMetadata(null, "test"),
        TestContext.Current.CancellationToken);

    public async Task<object?> AskAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
