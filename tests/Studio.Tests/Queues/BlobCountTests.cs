using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Hosting;
using Pipeline.Studio.Queues;
using Pipeline.Testing;

namespace Pipeline.Studio.Tests.Queues;

public sealed class BlobCountTests
{
    readonly Store _store = new();
    readonly Clock _clock = new();
    readonly Warnings _log = new();
    readonly BlobCount _count;

    public BlobCountTests() => _count = new(_store, new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), _log, _clock);

    [Fact]
    public async Task Blobs_that_cannot_be_counted_are_said_to_be_so_logged_once_and_counted_again_a_minute_later()
    {
        _store.Problem = new UnauthorizedAccessException("Access to the path is denied.");
        var problem = await Eventually.GetAsync("the count ends", () => Task.FromResult(_count.Newest.Problem));
        problem.ShouldBe(new CountProblem("Access to the path is denied.", _clock.Now));
        for (var look = 0; look < 10; look++) _count.Newest.Problem.ShouldBe(problem);
        _store.Looks.ShouldBe(1, "the same minute");

        _clock.Now += TimeSpan.FromMinutes(2);
        await Eventually.GetAsync("they are counted again", () => Task.FromResult(_count.Newest.Problem is { } again && again.At == _clock.Now ? again : null));
        (_store.Looks, _log.Count).ShouldBe((2, 1));

        _store.Problem = null;
        _clock.Now += TimeSpan.FromMinutes(2);
        var counted = await Eventually.GetAsync("the count ends", () => Task.FromResult(_count.Newest.Counted));
        counted.ShouldBe(new CountedBlobs(2, 30, _clock.Now));
        _count.Newest.Problem.ShouldBeNull();

        _store.Problem = new InvalidOperationException("Nobody foresaw this.");
        _clock.Now += TimeSpan.FromMinutes(2);
        (await Eventually.GetAsync("the count ends", () => Task.FromResult(_count.Newest.Problem))).Problem.ShouldBe("Nobody foresaw this.");
        _count.Newest.Counted.ShouldBe(counted, "an old figure with its time is better than none");
    }

    sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    sealed class Warnings : ILogger<BlobCount>
    {
        public int Count { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Count++;
    }

    /// <summary>Two blobs, or a problem after the first.</summary>
    sealed class Store : IBlobStore
    {
        public Exception? Problem { get; set; }

        public int Looks { get; private set; }

        public async IAsyncEnumerable<BlobEntry> EntriesAsync([EnumeratorCancellation] CancellationToken cancellation = default)
        {
            Looks++;
            await Task.Yield();
            yield return new(new('a', 64), 10, default);
            if (Problem is not null) throw Problem;
            yield return new(new('b', 64), 20, default);
        }

        public Task<string> PutAsync(Func<Stream, CancellationToken, Task> write, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<Stream> OpenReadAsync(string sha256, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<bool> ExistsAsync(string sha256, CancellationToken cancellation = default) => throw new NotSupportedException();

        public IAsyncEnumerable<string> ListAsync(CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<bool> DeleteAsync(string sha256, DateTimeOffset putBefore, CancellationToken cancellation = default) => throw new NotSupportedException();
    }
}
