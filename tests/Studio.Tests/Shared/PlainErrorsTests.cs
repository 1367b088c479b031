using System.Net;
using Npgsql;
using Pipeline.Hosting;
using Pipeline.Studio.Shared;

namespace Pipeline.Studio.Tests.Shared;

public sealed class PlainErrorsTests(StudioHost studio) : IClassFixture<StudioHost>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_server_that_is_away_is_told_of_however_deep_in_a_librarys_error()
    {
        var database = PlainErrors.Explain(new InvalidOperationException("outer", new InvalidOperationException("inner", new NpgsqlException("no answer"))));
        database.ShouldBe((503, "PostgreSQL does not answer. Pages come back by themselves when it does."));
        var (status, reason) = PlainErrors.Explain(new BlobStorageException("the bucket is away", mayPass: true, new IOException()));
        (status, reason).ShouldBe((503, "The blobs are not to be had: the bucket is away"));
    }

    [Fact]
    public void What_nobody_foresaw_stays_in_the_log()
    {
        foreach (var error in (Exception[])[new InvalidOperationException("a secret"), new BlobStorageException("a key is wrong", mayPass: false, new IOException())])
            PlainErrors.Explain(error).ShouldBe((500, "Something went wrong that nobody foresaw; Studio's log has it."));
    }

    /// <summary>By the browser: its scripts come from the same server. What a form sent is never sent again by itself.</summary>
    [Fact]
    public async Task A_page_whose_server_is_away_is_asked_for_again()
    {
        using var http = studio.Client(studio.Token);
        using HttpResponseMessage page = await http.GetAsync(StudioHost.Away, Cancel), form = await http.PostAsync(StudioHost.Away, null, Cancel);
        (page.StatusCode, form.StatusCode).ShouldBe((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable));
        page.Headers.GetValues("Refresh").ShouldBe(["10"]);
        form.Headers.Contains("Refresh").ShouldBeFalse();
        (await page.Content.ReadAsStringAsync(Cancel)).ShouldContain("A server does not answer");
    }
}
