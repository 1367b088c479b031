using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace Pipeline.Studio.Tests.Shared;

/// <summary>What is asked for wrongly is the asker's mistake, and the answer says which.</summary>
public sealed class RefusalTests(StudioHost studio) : IClassFixture<StudioHost>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/runs/new", "application/json", "{}", "A form is taken here")]
    [InlineData("/runs/new", null, "", "A form is taken here")]
    [InlineData("/replays/new", "text/plain", "run=1", "A form is taken here")]
    [InlineData("/runs/new", "multipart/form-data", "steps=1", "The form cannot be read: ")]
    [InlineData("/replays/new", "multipart/form-data", "run=1", "The form cannot be read: ")]
    [InlineData("/replays/new", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"run\"\r\n\r\n1", "The form cannot be read: ")]
    [InlineData("/sign-in", "multipart/form-data", "token=1", "The form cannot be read: ")]
    [InlineData("/sign-in", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n1", "The form cannot be read: ")]
    public async Task A_body_that_is_no_form_or_a_broken_one(string path, string? type, string body, string problem)
    {
        using var http = studio.Client(path == "/sign-in" ? null : studio.Token);
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (type is not null) content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        var answer = await http.PostAsync(path, content, Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain(problem);
    }

    [Fact]
    public async Task A_form_with_more_fields_than_any_form_has()
    {
        using var http = studio.Client();
        var answer = await http.PostAsync("/sign-in", new FormUrlEncodedContent(Enumerable.Range(0, 2000).Select(i => new KeyValuePair<string, string>($"f{i}", "1"))), Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("batch", 0, "batch: 0 is not allowed; allowed: at least 1")]
    [InlineData("sample", 0, "sample: 0 is not allowed; allowed: at least 1")]
    [InlineData("sample", -3, "sample: -3 is not allowed; allowed: at least 1")]
    [InlineData("firstStep", -1, "firstStep: -1 is not allowed; allowed: at least 0, counted from 0")]
    [InlineData("lastStep", 3, "lastStep: 3 is not allowed; allowed: at least 4, which is the first step")]
    public async Task A_replay_with_a_number_that_it_cannot_have(string field, int value, string problem)
    {
        using var http = studio.Client(studio.Token);
        var order = new Dictionary<string, object> { ["runId"] = Guid.NewGuid(), ["reward"] = "blip", ["firstStep"] = 4, [field] = value };
        var answer = await http.PostAsJsonAsync("/api/replays", order, Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain(problem);
    }

    [Theory]
    [InlineData("/pictures?after=%00")]
    [InlineData("/lineage?sha256=%00")]
    [InlineData("/api/pictures?after=%00")]
    [InlineData("/api/runs/d2719b9f-5d4c-4a3c-8d87-2b6f1f0d5a0e/evaluations/0/captions?split=%00")]
    public async Task A_character_that_no_text_in_the_database_has(string path)
    {
        using var http = studio.Client(studio.Token);
        var answer = await http.GetAsync(path, Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain("the database cannot hold");
    }

    [Theory]
    [InlineData("7")]
    [InlineData("-1")]
    [InlineData("loud")]
    public async Task A_decoding_that_there_is_not(string mode)
    {
        using var http = studio.Client(studio.Token);
        var answer = await http.GetAsync($"/api/runs/{Guid.NewGuid()}/evaluations/0/captions?mode={mode}", Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain("is none of");
    }
}
