using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Studio.SignIn;

namespace Pipeline.Studio.Tests.SignIn;

public sealed partial class SignInPageTests
{
    [Fact]
    public async Task The_policy_allows_the_pages_own_style_by_its_hash_and_no_script()
    {
        var (http, body) = await RefuseAsync("text/html,application/xhtml+xml", isWrong: false);
        var policy = http.Response.Headers.ContentSecurityPolicy.ToString();
        var style = Styles.Match(body).Groups[1].Value;
        policy.ShouldContain($"style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'");
        policy.ShouldContain("default-src 'none'");
        policy.ShouldNotContain("script-src");
        Styles.Count(body).ShouldBe(1);
        body.ShouldNotContain("style=");
        body.ShouldNotContain("<script");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_who_gave_a_wrong_token_is_told_so(bool isWrong)
    {
        var (http, body) = await RefuseAsync("text/html", isWrong);
        http.Response.StatusCode.ShouldBe(401);
        body.Contains("This token is not right", StringComparison.Ordinal).ShouldBe(isWrong);
    }

    [Fact]
    public async Task Programs_get_a_problem_in_JSON_that_says_how_to_sign_in()
    {
        var (http, body) = await RefuseAsync("application/json", isWrong: false);
        http.Response.StatusCode.ShouldBe(401);
        http.Response.Headers.WWWAuthenticate.ToString().ShouldBe("Bearer");
        http.Response.ContentType.ShouldBe("application/problem+json");
        body.ShouldContain("Authorization: Bearer TOKEN");
    }

    static async Task<(HttpContext Http, string Body)> RefuseAsync(string accept, bool isWrong)
    {
        var http = new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().AddProblemDetails().BuildServiceProvider() };
        http.Request.Headers.Accept = accept;
        http.Response.Body = new MemoryStream();
        await SignInPage.RefuseAsync(http, isWrong);
        http.Response.Body.Position = 0;
        return (http, await new StreamReader(http.Response.Body).ReadToEndAsync());
    }

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Styles { get; }
}
