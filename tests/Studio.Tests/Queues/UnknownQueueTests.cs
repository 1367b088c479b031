using System.Net;

namespace Pipeline.Studio.Tests.Queues;

public sealed class UnknownQueueTests(StudioHost studio) : IClassFixture<StudioHost>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_a_queue_that_is_not_there_nothing_is_read_or_requeued()
    {
        await studio.DeclareAsync("work", "gone_error");
        using var http = studio.Client(studio.Token);

        // A name with a line break: RabbitMQ leaves it out, and would answer for the queue without it.
        foreach (var unknown in (string[])["nobody", "work%0A"])
        {
            (await http.GetAsync($"/api/queues/{unknown}/parked", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound, unknown);
            (await http.PostAsync($"/api/queues/{unknown}/requeue", null, Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound, unknown);
            (await http.PostAsync($"/pipeline/{unknown}/requeue", null, Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound, unknown);
        }
        foreach (var known in (string[])["work", "gone"])
        {
            (await http.GetAsync($"/api/queues/{known}/parked", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK, known);
            (await http.PostAsync($"/api/queues/{known}/requeue", null, Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK, known);
            (await http.PostAsync($"/pipeline/{known}/requeue", null, Cancel)).StatusCode.ShouldBe(HttpStatusCode.Redirect, known);
        }
    }
}
