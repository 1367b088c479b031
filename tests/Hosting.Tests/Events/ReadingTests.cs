using System.Text.Json;
using Pipeline.Contracts;

namespace Pipeline.Hosting.Tests.Events;

public sealed class ReadingTests(EventStoreFixture store) : IClassFixture<EventStoreFixture>
{
    static readonly MessageMetadata Metadata = EventStoreFixture.Metadata;

    [Fact]
    public async Task Events_come_back_as_they_were_with_every_digit()
    {
        var caption = EventStoreFixture.Caption();
        await store.Events.AppendOnceAsync([caption], Metadata, Cancel);

        var loaded = (await store.Events.LoadAsync<CaptionSampled>([caption.Stream], Cancel)).Single();

        JsonSerializer.Serialize(loaded, ContractJson.Options).ShouldBe(JsonSerializer.Serialize(caption.Data, ContractJson.Options));
        CanonicalJson.Serialize(loaded).ShouldBe(CanonicalJson.Serialize(caption.Data));
    }

    [Fact]
    public async Task Events_of_many_streams_come_in_the_order_of_the_streams_asked_for()
    {
        NewEvent[] captions = [.. Enumerable.Range(0, 30).Select(_ => EventStoreFixture.Caption())];
        await store.Events.AppendOnceAsync(captions, Metadata, Cancel);
        string[] streams = [.. captions.Select(caption => caption.Stream).Order().Prepend("caption-unknown")];

        var loaded = await store.Events.LoadAsync<CaptionSampled>(streams, Cancel);

        loaded.Select(caption => Streams.Caption(caption.CaptionId)).ShouldBe(streams[1..]);
    }

    [Fact]
    public async Task Only_events_of_the_type_asked_for_are_loaded()
    {
        var caption = EventStoreFixture.Caption();
        var score = new CaptionScored(
            Guid.NewGuid(), Metadata.RunId!.Value, 3, "blip", 0.25, [], new Dictionary<string, double>(), "model");
        await store.Events.AppendOnceAsync([caption, new NewEvent(caption.Stream, Guid.NewGuid(), score)], Metadata, Cancel);

        (await store.Events.LoadAsync<CaptionScored>([caption.Stream], Cancel)).Single().Score.ShouldBe(0.25);
    }

    [Fact]
    public async Task A_stream_is_read_from_a_version_on()
    {
        var run = Guid.NewGuid();
        var stream = Streams.Run(run);
        (Guid, object)[] events =
            [.. Enumerable.Range(1, 5).Select(version => (Ids.Event(stream, "x", version), (object)new RunStopped(run, version)))];
        await store.Events.AppendExpectedAsync(stream, 0, events, Metadata, Cancel);

        var tail = await store.Events.LoadStreamAsync(stream, 4, Cancel);

        tail.Select(@event => ((RunStopped)@event.Data).Version).ShouldBe([4, 5]);
        (await store.Events.LoadStreamAsync("run-unknown", cancellation: Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_and_why_are_stored_beside_each_event()
    {
        var caption = EventStoreFixture.Caption();
        await store.Events.AppendOnceAsync([caption], Metadata, Cancel);

        var stored = (await store.Events.LoadStreamAsync(caption.Stream, cancellation: Cancel)).Single();

        stored.Id.ShouldBe(caption.Id);
        stored.CorrelationId.ShouldBe(Metadata.RunId!.Value.ToString("D"));
        stored.CausationId.ShouldBe("message-1");
        stored.Headers!["service"].ToString().ShouldBe("events");
        stored.Headers["build"].ToString().ShouldNotBeNullOrEmpty();
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
