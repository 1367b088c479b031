using Pipeline.Contracts;

namespace Pipeline.Hosting.Tests.Events;

public sealed class DigestTests(EventStoreFixture store) : IClassFixture<EventStoreFixture>
{
    [Fact]
    public async Task Beside_each_event_is_the_SHA_256_of_its_canonical_JSON_and_who_wrote_it()
    {
        NewEvent[] captions = [EventStoreFixture.Caption("one"), EventStoreFixture.Caption("two")];
        var run = Guid.NewGuid();
        var stopped = new RunStopped(run, 0);
        await store.Events.AppendOnceAsync(captions, EventStoreFixture.Metadata, Cancel);
        await store.Events.AppendExpectedAsync(
            Streams.Run(run), 0, [(Ids.Event(Streams.Run(run), "run-stopped", 0), stopped)], EventStoreFixture.Metadata, Cancel);

        foreach (var (stream, data) in captions.Select(caption => (caption.Stream, caption.Data)).Append((Streams.Run(run), stopped)))
        {
            var stored = (await store.Events.LoadStreamAsync(stream, cancellation: Cancel)).Single();
            stored.GetHeader(EventAppender.DigestHeader)!.ToString().ShouldBe(CanonicalJson.Sha256(data));
            CanonicalJson.Sha256(stored.Data).ShouldBe(CanonicalJson.Sha256(data), "it is read back as it was");
            stored.GetHeader("service")!.ToString().ShouldBe("events");
        }
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
