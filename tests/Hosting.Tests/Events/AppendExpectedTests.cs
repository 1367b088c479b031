using Pipeline.Contracts;

namespace Pipeline.Hosting.Tests.Events;

public sealed class AppendExpectedTests(EventStoreFixture store) : IClassFixture<EventStoreFixture>
{
    readonly Guid _run = Guid.NewGuid();

    string Stream => Streams.Run(_run);

    [Fact]
    public async Task Events_at_the_expected_version_are_appended_in_order()
    {
        (await AppendAsync(0, Stopped(1), Resumed(1))).ShouldBe(2);
        (await AppendAsync(2, Stopped(2))).ShouldBe(3);

        var stored = await store.Events.LoadStreamAsync(Stream, cancellation: Cancel);
        stored.Select(@event => @event.Data).ShouldBe([new RunStopped(_run, 1), new RunResumed(_run, 1), new RunStopped(_run, 2)]);
    }

    [Fact]
    public async Task The_same_events_at_the_same_version_are_a_success_that_appends_nothing()
    {
        await AppendAsync(0, Stopped(1), Resumed(1));
        await AppendAsync(2, Stopped(2));

        (await AppendAsync(0, Stopped(1), Resumed(1))).ShouldBe(2);
        (await AppendAsync(2, Stopped(2))).ShouldBe(3);

        (await store.Events.LoadStreamAsync(Stream, cancellation: Cancel)).Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Another_version_than_expected_is_an_error_that_says_which(long expected)
    {
        await AppendAsync(0, Stopped(1), Resumed(1));

        var error = await Should.ThrowAsync<StreamVersionException>(() => AppendAsync(expected, Stopped(2)));

        (error.Stream, error.Expected, error.Actual).ShouldBe((Stream, expected, 2));
        (await store.Events.LoadStreamAsync(Stream, cancellation: Cancel)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_event_that_is_stored_at_another_place_is_an_error()
    {
        await AppendAsync(0, Stopped(1), Resumed(1));
        await Should.ThrowAsync<StreamVersionException>(() => AppendAsync(2, Stopped(1)));
        await Should.ThrowAsync<StreamVersionException>(() => AppendAsync(1, Resumed(1), Stopped(2)));
    }

    [Fact]
    public async Task Of_writers_with_different_events_at_one_version_exactly_one_wins()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(version => Task.Run(async () =>
        {
            try
            {
                await AppendAsync(0, Stopped(version));
                return true;
            }
            catch (StreamVersionException)
            {
                return false;
            }
        })));

        outcomes.Count(won => won).ShouldBe(1);
        (await store.Events.LoadStreamAsync(Stream, cancellation: Cancel)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_second_writer_of_an_event_is_told_what_the_first_one_stored()
    {
        var id = Ids.Event(Stream, nameof(RunFailed), 1);
        await AppendAsync(0, (id, new RunFailed(_run, 0, "the first")));

        var there = await store.Events.AppendExpectedAsync(
            Stream, 0, [(id, new RunFailed(_run, 0, "the second"))], EventStoreFixture.Metadata, Cancel);

        there.ShouldBe([new RunFailed(_run, 0, "the first")]);
    }

    [Fact]
    public async Task Writers_of_the_same_events_at_one_version_all_succeed()
    {
        var versions = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => AppendAsync(0, Stopped(1), Resumed(1)))));

        versions.ShouldAllBe(version => version == 2);
        (await store.Events.LoadStreamAsync(Stream, cancellation: Cancel)).Count.ShouldBe(2);
    }

    async Task<long> AppendAsync(long expected, params (Guid, object)[] events) =>
        expected + (await store.Events.AppendExpectedAsync(Stream, expected, events, EventStoreFixture.Metadata, Cancel)).Count;

    (Guid, object) Stopped(int version) => (Ids.Event(Stream, nameof(RunStopped), version), new RunStopped(_run, version));

    (Guid, object) Resumed(int version) => (Ids.Event(Stream, nameof(RunResumed), version), new RunResumed(_run, version));

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
