using Pipeline.Contracts;

namespace Pipeline.Hosting.Tests.Events;

public sealed class AppendOnceTests(EventStoreFixture store) : IClassFixture<EventStoreFixture>
{
    static readonly MessageMetadata Metadata = EventStoreFixture.Metadata;

    [Fact]
    public async Task Events_appended_again_are_stored_once_and_none_is_reported_as_new()
    {
        NewEvent[] events = [EventStoreFixture.Caption(), EventStoreFixture.Caption()];

        (await store.Events.AppendOnceAsync(events, Metadata, Cancel)).ShouldBe(events);
        (await store.Events.AppendOnceAsync(events, Metadata, Cancel)).ShouldBeEmpty();

        (await store.Events.LoadStreamAsync(events[0].Stream, cancellation: Cancel)).Count.ShouldBe(1);
        (await store.Events.LoadStreamAsync(events[1].Stream, cancellation: Cancel)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_stored_first_stays()
    {
        var first = EventStoreFixture.Caption("the first");
        var second = first with { Data = (CaptionSampled)first.Data with { Text = "the second" } };

        await store.Events.AppendOnceAsync([first], Metadata, Cancel);
        await store.Events.AppendOnceAsync([second], Metadata, Cancel);

        (await store.Events.LoadAsync<CaptionSampled>([first.Stream], Cancel)).Single().Text.ShouldBe("the first");
    }

    [Fact]
    public async Task Of_events_that_are_partly_stored_only_the_others_are_appended()
    {
        NewEvent[] events = [.. Enumerable.Range(0, 5).Select(_ => EventStoreFixture.Caption())];
        await store.Events.AppendOnceAsync([events[1], events[3]], Metadata, Cancel);

        (await store.Events.AppendOnceAsync(events, Metadata, Cancel)).ShouldBe([events[0], events[2], events[4]]);

        var loaded = await store.Events.LoadAsync<CaptionSampled>(events.Select(@event => @event.Stream), Cancel);
        loaded.Select(caption => Streams.Caption(caption.CaptionId)).ShouldBe(events.Select(@event => @event.Stream));
    }

    [Fact]
    public async Task Sixteen_writers_of_the_same_events_in_different_orders_store_each_once()
    {
        NewEvent[] events = [.. Enumerable.Range(0, 8).Select(_ => EventStoreFixture.Caption())];
        var random = new Random(1);
        var orders = Enumerable.Range(0, 16).Select(_ => events.OrderBy(_ => random.Next()).ToArray()).ToArray();

        var appended = await Task.WhenAll(
            orders.Select(order => Task.Run(() => store.Events.AppendOnceAsync(order, Metadata, Cancel), Cancel)));

        appended.SelectMany(news => news).OrderBy(news => news.Id).ShouldBe(events.OrderBy(@event => @event.Id));
        foreach (var @event in events) (await store.Events.LoadStreamAsync(@event.Stream, cancellation: Cancel)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Writers_of_different_events_to_one_stream_all_get_through()
    {
        var caption = EventStoreFixture.Caption();
        var run = Metadata.RunId!.Value;
        NewEvent[] scores =
        [
            .. Enumerable.Range(0, 12).Select(i => new NewEvent(
                caption.Stream,
                Ids.Event(caption.Stream, nameof(CaptionScored), i),
                new CaptionScored(Guid.NewGuid(), run, 3, $"reward-{i}", 0.5, [], new Dictionary<string, double>(), "model"))),
        ];

        var appended = await Task.WhenAll(
            scores.Select(score => Task.Run(() => store.Events.AppendOnceAsync([score], Metadata, Cancel), Cancel)));

        appended.ShouldAllBe(news => news.Count == 1);
        var stream = await store.Events.LoadStreamAsync(caption.Stream, cancellation: Cancel);
        stream.Select(@event => @event.Version).ShouldBe(Enumerable.Range(1, 12).Select(i => (long)i));
        stream.Select(@event => @event.Id).Order().ShouldBe(scores.Select(score => score.Id).Order());
    }

    [Fact]
    public async Task One_id_twice_in_one_append_is_an_error()
    {
        var caption = EventStoreFixture.Caption();
        await Should.ThrowAsync<ArgumentException>(() => store.Events.AppendOnceAsync([caption, caption], Metadata, Cancel));
    }

    [Fact]
    public async Task An_event_without_a_fixed_name_is_refused()
    {
        var unknown = new NewEvent("run-x", Guid.NewGuid(), new PolicyRef(1, "x"));
        var error = await Should.ThrowAsync<ArgumentException>(() => store.Events.AppendOnceAsync([unknown], Metadata, Cancel));
        error.Message.ShouldContain("PolicyRef");
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
