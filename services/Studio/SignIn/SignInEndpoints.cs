using Pipeline.Client;
using Pipeline.Studio.Shared;

namespace Pipeline.Studio.SignIn;

/// <summary>Signing in by the form, and signing out.</summary>
static class SignInEndpoints
{
    /// <summary>Where the form goes.</summary>
    public const string Path = "/sign-in";

    /// <summary>Maps both.</summary>
    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapPost(Path, async (HttpContext http, Sessions sessions) =>
        {
            try
            {
                var token = http.Request.HasFormContentType ? (await http.Request.FormAsync(http.RequestAborted))[Gate.TokenParameter].ToString() : "";
                if (await sessions.SignInAsync(http, token)) http.Response.Redirect("/");
                else await SignInPage.RefuseAsync(http, isWrong: true);
            }
            catch (RequestException problem)
            {
                // Said here and not by a page, which would have the frame of those who are signed in.
                await Results.Problem(problem.Message, statusCode: StatusCodes.Status400BadRequest).ExecuteAsync(http);
            }
        }).ExcludeFromDescription();
        app.MapGet(Path, (HttpContext http) => SignInPage.RefuseAsync(http, isWrong: false)).ExcludeFromDescription();
        app.MapPost("/sign-out", async (HttpContext http, Sessions sessions) =>
        {
            await sessions.SignOutAsync(http);
            http.Response.Redirect("/");
        }).ExcludeFromDescription();
    }
}
