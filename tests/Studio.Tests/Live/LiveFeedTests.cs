using Pipeline.Hosting;
using Pipeline.Studio.Live;

namespace Pipeline.Studio.Tests.Live;

public sealed class LiveFeedTests(StudioHost studio) : IClassFixture<StudioHost>
{
    LiveFeed Feed => studio.Host.Get<LiveFeed>();

    [Fact(Timeout = 120_000)]
    public async Task What_is_appended_after_the_feed_says_that_it_begins_is_told()
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var batches = Feed.ListenAsync(end.Token).GetAsyncEnumerator(end.Token);
        (await batches.MoveNextAsync()).ShouldBeTrue();
        batches.Current.ShouldBeEmpty("it says that it begins");

        var stream = await AppendAsync(end.Token);
        do (await batches.MoveNextAsync()).ShouldBeTrue();
        while (batches.Current.All(change => change.Stream != stream));
        batches.Current.Single(change => change.Stream == stream).Type.ShouldBe("run_stopped.v1");
        await end.CancelAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task Many_who_begin_to_listen_at_once_all_hear_and_may_come_again()
    {
        var cancel = TestContext.Current.CancellationToken;
        for (var round = 0; round < 3; round++)
        {
            var heard = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => HearsAsync(cancel), cancel)));
            heard.ShouldAllBe(hears => hears);
        }
    }

    async Task<bool> HearsAsync(CancellationToken cancellation)
    {
        await foreach (var _ in Feed.ListenAsync(cancellation)) return true;
        return false;
    }

    async Task<string> AppendAsync(CancellationToken cancellation)
    {
        var runId = Guid.NewGuid();
        var stream = Streams.Run(runId);
        await studio.Host.Get<EventAppender>().AppendOnceAsync([new(stream, Guid.NewGuid(), new RunStopped(runId, 0))], new(runId, "test"), cancellation);
        return stream;
    }
}
