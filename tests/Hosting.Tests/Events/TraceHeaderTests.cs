using System.Diagnostics;
using System.Globalization;

namespace Pipeline.Hosting.Tests.Events;

public sealed class TraceHeaderTests(EventStoreFixture store) : IClassFixture<EventStoreFixture>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Beside_an_event_is_the_trace_that_it_was_made_in_and_the_time_since_its_message_was_taken()
    {
        var caption = EventStoreFixture.Caption();
        using var taken = new Activity("consume").SetStartTime(DateTime.UtcNow.AddSeconds(-5)).Start();
        using (new Activity("inner").Start()) await store.Events.AppendOnceAsync([caption], EventStoreFixture.Metadata, Cancel);

        var stored = (await store.Events.LoadStreamAsync(caption.Stream, cancellation: Cancel)).Single();
        stored.GetHeader(EventAppender.TraceHeader)!.ToString().ShouldBe(taken.TraceId.ToHexString());
        // Of the message, not of the span within it.
        double.Parse(stored.GetHeader(EventAppender.ElapsedHeader)!.ToString()!, CultureInfo.InvariantCulture).ShouldBeInRange(5000, 240_000);
    }

    [Fact]
    public async Task An_event_that_was_made_outside_of_a_trace_has_neither()
    {
        Activity.Current = null;
        var caption = EventStoreFixture.Caption();
        await store.Events.AppendOnceAsync([caption], EventStoreFixture.Metadata, Cancel);
        var stored = (await store.Events.LoadStreamAsync(caption.Stream, cancellation: Cancel)).Single();
        stored.GetHeader(EventAppender.TraceHeader).ShouldBeNull();
        stored.GetHeader(EventAppender.ElapsedHeader).ShouldBeNull();
    }
}
