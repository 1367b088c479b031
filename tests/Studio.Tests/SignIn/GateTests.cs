using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Pipeline.Studio.Tests.SignIn;

public sealed class GateTests(StudioHost studio) : IClassFixture<StudioHost>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_is_asked_for_is_refused_to_who_has_not_signed_in()
    {
        using var http = studio.Client();
        var asked = Endpoints().ToArray();
        asked.Length.ShouldBeGreaterThan(60, "pages, forms, the API and static files");
        foreach (var (method, path) in asked)
        {
            using var answer = await http.SendAsync(new(method, path), HttpCompletionOption.ResponseHeadersRead, Cancel);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{method} {path}");
        }
        foreach (var path in (string[])["/nowhere", "/api/nowhere", "/blobs/../api/runs", "/healthy"])
            (await http.GetAsync(path, Cancel)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
    }

    [Fact]
    public async Task Health_checks_are_open_to_everybody()
    {
        using var http = studio.Client();
        (await http.GetAsync("/health/live", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.GetAsync("/health/ready", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/api/runs")]
    [InlineData("/")]
    [InlineData("/studio.css")]
    [InlineData("/api/openapi.json")]
    public async Task The_token_opens_everything_to_programs(string path)
    {
        using HttpClient right = studio.Client(studio.Token), wrong = studio.Client(studio.Token + "x");
        (await right.GetAsync(path, Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await wrong.GetAsync(path, Cancel)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_link_gives_a_browser_its_cookie_and_leaves_the_address()
    {
        using var http = studio.Client();
        var link = await studio.Host.Get<StudioAccess>().NewLinkAsync(Cancel);
        var answer = await http.GetAsync($"/pictures?after=abc&token={link}", Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.ToString().ShouldBe("/pictures?after=abc");
        var cookie = answer.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem();
        foreach (var attribute in (string[])["httponly", "samesite=strict", "path=/", "max-age=2592000"]) cookie.ShouldContain(attribute);
        cookie.ShouldNotContain(link);
        (await GetAsync(http, "/api/runs", cookie)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.GetAsync($"/?token={link}", Cancel)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, "it is used up");
    }

    [Fact]
    public async Task Who_signs_in_by_the_form_can_sign_out_again()
    {
        using var http = studio.Client();
        (await http.PostAsync("/sign-in", Token("a guess"), Cancel)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var answer = await http.PostAsync("/sign-in", Token(studio.Token), Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        (await GetAsync(http, "/", cookie)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var leave = new HttpRequestMessage(HttpMethod.Post, "/sign-out") { Headers = { { "Cookie", cookie.Split(';')[0] } } };
        (await http.SendAsync(leave, Cancel)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await GetAsync(http, "/", cookie)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    /// <summary>Pages and the forms on them share addresses: a post must find the form.</summary>
    [Theory]
    [InlineData("/runs/new", "A run needs pictures to learn from.")]
    [InlineData("/replays/new", "Choose a run.")]
    public async Task A_form_that_is_sent_empty_comes_back_and_says_what_is_missing(string form, string problem)
    {
        using var http = studio.Client(studio.Token);
        var answer = await http.PostAsync(form, Token(""), Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain(problem);
    }

    [Fact]
    public async Task A_link_never_leads_to_another_host()
    {
        using var http = studio.Client();
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{http.BaseAddress!.GetLeftPart(UriPartial.Authority)}//elsewhere.example/?token={studio.Token}"));
        var answer = await http.SendAsync(request, Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.OriginalString.ShouldBe("/elsewhere.example/");
    }

    [Fact]
    public async Task Only_the_two_health_checks_are_open()
    {
        using var http = studio.Client();
        (await http.GetAsync("/health/live", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var path in (string[])["/health", "/health/other", "/health/live/"])
            (await http.GetAsync(path, Cancel)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
        (await http.PostAsync("/health/live", null, Cancel)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("/api/nothing")]
    [InlineData("/api/runs/no-id")]
    [InlineData("/api/runs?from=x")]
    public async Task The_API_says_in_JSON_what_is_wrong(string path)
    {
        using var http = studio.Client(studio.Token);
        var answer = await http.GetAsync(path, Cancel);
        ((int)answer.StatusCode).ShouldBeInRange(400, 404);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Theory]
    [InlineData("/pictures?run=x")]
    [InlineData("/?from=x")]
    [InlineData("/runs/01234567-89ab-4def-8123-456789abcdef?compare=&compare=x")]
    public async Task An_address_that_cannot_be_read_is_400(string path)
    {
        using var http = studio.Client(studio.Token);
        (await http.GetAsync(path, Cancel)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("Origin", "https://elsewhere.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task No_page_of_another_site_sends_anything_not_even_signed_in(string header, string value)
    {
        using var http = studio.Client(studio.Token);
        foreach (var path in (string[])["/sign-in", "/sign-out", "/pipeline/any-queue/requeue", "/api/runs"])
        {
            var request = new HttpRequestMessage(HttpMethod.Post, path) { Headers = { { header, value } } };
            (await http.SendAsync(request, Cancel)).StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
        }
    }

    [Fact]
    public async Task Studios_own_pages_send()
    {
        using var http = studio.Client();
        var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in")
        {
            Content = Token(studio.Token), Headers = { { "Origin", http.BaseAddress!.GetLeftPart(UriPartial.Authority) }, { "Sec-Fetch-Site", "same-origin" } },
        };
        (await http.SendAsync(request, Cancel)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Theory]
    [InlineData("/api/runs", true)]
    [InlineData("/", true)]
    [InlineData("/", false)]
    [InlineData("/nowhere", true)]
    public async Task Every_answer_forbids_what_no_page_needs(string path, bool isSignedIn)
    {
        using var http = studio.Client(isSignedIn ? studio.Token : null);
        var headers = (await http.GetAsync(path, Cancel)).Headers;
        var policy = headers.GetValues("Content-Security-Policy").Single();
        foreach (var part in (string[])["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) policy.ShouldContain(part);
        policy.ShouldNotContain("unsafe");
        policy.ShouldNotContain("http");
        headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        headers.GetValues("Referrer-Policy").ShouldBe(["same-origin"]);
        headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("work_error")]
    [InlineData("amq.gen-1")]
    public async Task Only_names_that_queues_of_work_can_have_are_asked_for(string queue)
    {
        using var http = studio.Client(studio.Token);
        (await http.GetAsync($"/api/queues/{queue}/parked", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.PostAsync($"/api/queues/{queue}/requeue", null, Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    /// <summary>Every endpoint but the health checks, with something in the place of its parameters.</summary>
    IEnumerable<(HttpMethod Method, string Path)> Endpoints() =>
        from endpoint in studio.Host.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let path = "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(Text))))
        where !path.StartsWith("/health", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        select (new HttpMethod(method), path);

    static string Text(RoutePatternPart part) => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart { Name: var name } => name.EndsWith("Id", StringComparison.OrdinalIgnoreCase) ? $"{Guid.Empty}" : name == "documentName" ? "openapi" : "1",
        _ => "",
    };

    static FormUrlEncodedContent Token(string token) => new([new("token", token)]);

    static Task<HttpResponseMessage> GetAsync(HttpClient http, string path, string cookie) =>
        http.SendAsync(new(HttpMethod.Get, path) { Headers = { { "Cookie", cookie.Split(';')[0] } } }, Cancel);
}
