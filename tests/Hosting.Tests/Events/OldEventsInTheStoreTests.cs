using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Hosting.Tests.Events;

public sealed class OldEventsInTheStoreTests(EventStoreFixture store) : IClassFixture<EventStoreFixture>
{
    static readonly JsonObject Stored = JsonNode.Parse(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Contracts.Tests", "events-v1.json")))!.AsObject();

    [Fact]
    public void There_is_an_old_event_of_every_type() =>
        Stored.Select(pair => pair.Key).Order(StringComparer.Ordinal).ShouldBe(EventNames.All.Values.Order(StringComparer.Ordinal));

    [Fact]
    public async Task Every_event_goes_into_the_store_and_comes_back_with_the_same_canonical_bytes_under_its_name()
    {
        var events = EventNames.All
            .Select(pair => (object)JsonSerializer.Deserialize(Stored[pair.Value], pair.Key, ContractJson.Options)!)
            .Select(data => new NewEvent("run-old", Guid.NewGuid(), data))
            .ToArray();
        await store.Events.AppendOnceAsync(events, EventStoreFixture.Metadata, TestContext.Current.CancellationToken);

        var loaded = await store.Events.LoadStreamAsync("run-old", cancellation: TestContext.Current.CancellationToken);

        loaded.Select(@event => @event.EventTypeName).ShouldBe(events.Select(@event => EventNames.All[@event.Data.GetType()]));
        foreach (var (read, written) in loaded.Zip(events))
            CanonicalJson.Serialize(read.Data).ShouldBe(CanonicalJson.Serialize(written.Data), read.EventTypeName);
    }
}
