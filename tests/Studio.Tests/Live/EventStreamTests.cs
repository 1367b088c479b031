using Pipeline.Hosting;

namespace Pipeline.Studio.Tests.Live;

/// <summary>The event stream of a store to which something is appended without a pause.</summary>
public sealed class EventStreamTests(StudioHost studio) : IClassFixture<StudioHost>, IAsyncLifetime
{
    readonly CancellationTokenSource _busy = new();
    Task _appending = Task.CompletedTask;

    public ValueTask InitializeAsync()
    {
        _appending = AppendAsync(_busy.Token);
        return ValueTask.CompletedTask;
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_signs_out_hears_no_more_however_busy_the_store_is()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var http = studio.Client();
        var link = await studio.Host.Get<StudioAccess>().NewLinkAsync(cancel);
        using var signedIn = await http.GetAsync($"/?token={link}", cancel);
        http.DefaultRequestHeaders.Add("Cookie", signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        using var answer = await http.GetAsync("/api/events", HttpCompletionOption.ResponseHeadersRead, cancel);
        using var events = new StreamReader(await answer.Content.ReadAsStreamAsync(cancel));
        await ReadToAsync(events, "event: change", cancel);

        (await http.PostAsync("/sign-out", null, cancel)).Dispose();
        while (await events.ReadLineAsync(cancel) is not null) { }
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_waits_for_a_quiet_stream_hears_that_it_is_open_however_busy_the_others_are()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var http = studio.Client(studio.Token);
        using var answer = await http.GetAsync("/api/events?stream=quiet", HttpCompletionOption.ResponseHeadersRead, cancel);
        using var events = new StreamReader(await answer.Content.ReadAsStreamAsync(cancel));
        for (var beat = 0; beat < 3; beat++) await ReadToAsync(events, "event: beat", cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _busy.CancelAsync();
        await _appending;
        _busy.Dispose();
    }

    static async Task ReadToAsync(StreamReader events, string wanted, CancellationToken cancel)
    {
        string? line;
        do line = (await events.ReadLineAsync(cancel)).ShouldNotBeNull($"the stream ended before '{wanted}'");
        while (line != wanted);
    }

    async Task AppendAsync(CancellationToken busy)
    {
        var events = studio.Host.Get<EventAppender>();
        while (!busy.IsCancellationRequested)
        {
            var runId = Guid.NewGuid();
            await events.AppendOnceAsync([new(Streams.Run(runId), Guid.NewGuid(), new RunStopped(runId, 0))], new(runId, "test"), CancellationToken.None);
        }
    }
}
