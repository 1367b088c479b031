namespace Pipeline.Projections.Tests;

public sealed class EmptyStoreTests(EventStore store) : IClassFixture<EventStore>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_store_without_an_event_answers_that_there_is_nothing()
    {
        var projections = new ProjectionStore(store.Database);

        (await projections.RunsAsync(Cancel)).ShouldBeEmpty();
        (await projections.RunAsync(Guid.NewGuid(), Cancel)).ShouldBeNull();
        (await projections.FiguresAsync(Guid.NewGuid(), cancellation: Cancel)).Steps.ShouldBeEmpty();
        (await projections.CaptionedPicturesAsync(null, cancellation: Cancel)).ShouldBeEmpty();
        (await projections.ReplaysAsync(cancellation: Cancel)).ShouldBeEmpty();
        (await projections.OriginsAsync(Cancel)).ShouldBeEmpty();
        (await projections.LastEventsAsync(Cancel)).ShouldBeEmpty();
    }
}
