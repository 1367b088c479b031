using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Pipeline.Browser.Pages;

[Collection(nameof(SeededStudio))]
public sealed class SignInTests(ChromiumBrowser browser, SeededStudio store)
{
    StudioServer Studio => store.Studio;

    [Fact]
    public Task A_wrong_token_is_refused_with_a_reason() => browser.VisitAsStrangerAsync(Studio, async visit =>
    {
        visit.Provoke(401);
        var page = visit.Page;
        (await page.GotoAsync("/"))!.Status.ShouldBe(401);
        await visit.CheckAsync();
        await page.GetByLabel("Token").FillAsync("not the token");
        var refused = await page.RunAndWaitForResponseAsync(
            () => page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync(), response => response.Request.Method == "POST");

        refused.Status.ShouldBe(401);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This token is not right");
        await visit.CheckAsync();
        (await visit.CookiesAsync()).ShouldBeEmpty();
    });

    [Fact]
    public Task The_printed_link_signs_in_and_its_token_leaves_the_address() => browser.VisitAsStrangerAsync(Studio, async visit =>
    {
        await visit.Page.GotoAsync(Studio.SignInLink);

        await Expect(visit.Page).ToHaveURLAsync($"{Studio.Address}/");
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Runs" })).ToBeVisibleAsync();
        var cookie = (await visit.CookiesAsync()).ShouldHaveSingleItem();
        cookie.HttpOnly.ShouldBeTrue();
        cookie.SameSite.ShouldBe(SameSiteAttribute.Strict);
    });

    [Fact]
    public Task The_token_signs_in_by_the_form_and_the_button_signs_out() => browser.VisitAsStrangerAsync(Studio, async visit =>
    {
        visit.Provoke(401);
        var page = visit.Page;
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("Token").FillAsync(Studio.Token);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Runs" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByLabel("Token")).ToBeVisibleAsync();
        (await page.GotoAsync("/pipeline"))!.Status.ShouldBe(401);
    });

    [Fact]
    public async Task Every_route_is_401_to_who_has_not_signed_in()
    {
        var api = JsonNode.Parse(await Studio.Http.GetStringAsync("/api/openapi.json", TestContext.Current.CancellationToken))!["paths"]!.AsObject();
        var routes = api.SelectMany(path => path.Value!.AsObject().Select(method => (Method: method.Key, Path: Filled(path.Key)))).ToArray();
        routes.Length.ShouldBeGreaterThan(20);
        routes.ShouldContain(("get", "/api/events"));
        string[] others =
        [
            "/", "/runs/new", "/pictures", "/replays", "/replays/new", "/lineage", "/pipeline", "/nothing-here", "/api/openapi.json", "/studio.css",
            "/js/studio.js", "/lib/uplot/uPlot.esm.js", "/favicon.svg", $"/runs/{store.Run.RunId}", $"/runs/{store.Run.RunId}/wall",
            $"/replays/{store.Run.ReplayId}", $"/lineage/{store.Run.RunId}/1", $"/pictures/{store.Run.Train[0]}", $"/blobs/{store.Run.Train[0]}",
        ];
        string[] forms = ["/runs/new", "/replays/new", $"/runs/{store.Run.RunId}/stop", "/pipeline/any/requeue"];
        foreach (var (method, path) in routes.Concat(others.Select(path => ("get", path))).Concat(forms.Select(path => ("post", path))))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), path);
            using var answer = await Studio.Stranger.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{method} {path}");
        }
    }

    [Fact]
    public async Task A_form_of_another_site_is_403_even_with_the_token()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/runs/new") { Headers = { { "Origin", "https://elsewhere.example" } } };
        using var answer = await Studio.Http.SendAsync(request, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/runs")]
    [InlineData("/nothing-here")]
    public async Task Every_answer_forbids_what_pages_do_not_need(string path)
    {
        using var answer = await Studio.Http.GetAsync(path, TestContext.Current.CancellationToken);
        string Header(string name) => string.Join(", ", answer.Headers.NonValidated[name]);

        var policy = Header("Content-Security-Policy");
        foreach (var rule in (string[])["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'", "form-action 'self'"])
            policy.ShouldContain(rule);
        policy.ShouldNotContain("unsafe");
        Header("X-Content-Type-Options").ShouldBe("nosniff");
        Header("X-Frame-Options").ShouldBe("DENY");
        Header("Referrer-Policy").ShouldBe("same-origin");
        Header("Cache-Control").ShouldContain("no-store");
    }

    static string Filled(string path) => path
        .Replace("{sha256}", new string('a', 64), StringComparison.Ordinal).Replace("{version}", "1", StringComparison.Ordinal)
        .Replace("{step}", "1", StringComparison.Ordinal).Replace("{queue}", "any", StringComparison.Ordinal)
        .Replace("{runId}", Guid.Empty.ToString(), StringComparison.Ordinal).Replace("{replayId}", Guid.Empty.ToString(), StringComparison.Ordinal)
        .Replace("{captionId}", Guid.Empty.ToString(), StringComparison.Ordinal);
}
