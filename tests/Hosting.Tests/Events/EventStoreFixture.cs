using Marten;
using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Hosting.Tests.Events;

/// <summary>A host without consumers over an empty event store.</summary>
public sealed class EventStoreFixture : IAsyncLifetime
{
    public static readonly MessageMetadata Metadata = new(Guid.Parse("5d1c0a4e-0000-4000-8000-000000000001"), "message-1");

    readonly TestStack _stack = new();
    PipelineHost _host = null!;

    public EventAppender Events => _host.Get<EventAppender>();

    public IDocumentStore Store => _host.Get<IDocumentStore>();

    public async ValueTask InitializeAsync()
    {
        await _stack.InitializeAsync();
        _host = await PipelineHost.StartAsync(_stack, builder => builder.AddPipelineDefaults("events"));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _stack.DisposeAsync();
    }

    /// <summary>A caption's event with ids of its own.</summary>
    public static NewEvent Caption(string text = "a cat")
    {
        var caption = Guid.NewGuid();
        var stream = Streams.Caption(caption);
        var sampled = new CaptionSampled(
            caption, Metadata.RunId!.Value, 3, CaptionPurpose.Training, new string('a', 64), 0, 7, new PolicyRef(3, new string('b', 64)),
            new Decoding(DecodingMode.Sample), text, [5, 6], [-0.1f, -2.3456789f]);
        return new NewEvent(stream, Ids.Event(stream, nameof(CaptionSampled)), sampled);
    }
}
