using System.Security.Cryptography;
using System.Text;
using Pipeline.Client;

namespace Pipeline.Studio.SignIn;

/// <summary>
/// The answer to whoever has not signed in. It stands alone, its style included: everything else is behind the gate. Its policy allows that
/// one style by its hash.
/// </summary>
static class SignInPage
{
    const string Style =
        """
        :root{color-scheme:light dark}body{margin:0;min-height:100vh;display:grid;place-items:center;font:16px/1.5 system-ui,sans-serif;
        background:Canvas;color:CanvasText}main{width:min(26rem,calc(100vw - 3rem))}h1{font-size:1.4rem;margin:0 0 .5rem}
        label{display:block;margin:1.2rem 0 .3rem;font-weight:600}input,button{font:inherit;box-sizing:border-box;width:100%;padding:.6rem .7rem;
        border:1px solid GrayText;border-radius:.4rem;background:Field;color:FieldText}button{margin-top:.8rem;font-weight:600;cursor:pointer;
        background:CanvasText;color:Canvas}:focus-visible{outline:3px solid Highlight;outline-offset:2px}
        [role=alert]{border-left:4px solid #c22;padding:.3rem .8rem}code{font-family:ui-monospace,monospace}
        """;

    static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Answers 401: a page to those who read HTML, else a problem in JSON.</summary>
    /// <param name="http">The request.</param>
    /// <param name="isWrong">Whether a token was given that is not right.</param>
    public static Task RefuseAsync(HttpContext http, bool isWrong)
    {
        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        http.Response.Headers.WWWAuthenticate = "Bearer";
        http.Response.Headers.CacheControl = "no-store";
        if (!http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
            return Results.Problem(
                "Sign in first: the cookie of a signed-in browser, or the token as 'Authorization: Bearer TOKEN'.",
                statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(http);

        // Another site's page led here, and the browser keeps the strict cookie back. Asked again by this page it sends it, if there is one: so a
        // signed-in person can follow a link from a mail, and the link that signs in too.
        var headers = http.Request.Headers;
        if (HttpMethods.IsGet(http.Request.Method) && headers["Sec-Fetch-Site"] == "cross-site" && headers["Sec-Fetch-Mode"] == "navigate")
            http.Response.Headers["Refresh"] = "0";
        http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync(Html(isWrong), http.RequestAborted);
    }

    static string Html(bool isWrong) =>
        $"""
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
        <title>Sign in - Studio</title><style>{Style}</style></head><body><main>
        <h1>Captioner pipeline: Studio</h1>
        {(isWrong ? "<p role=\"alert\">This token is not right, or it was a link that has been used or is older than ten minutes.</p>" : "")}
        <p>Open the link that was printed when Studio was started, or enter its token here. <code>{ThisCommand.Name} studio</code> prints a new link.</p>
        <form method="post" action="{SignInEndpoints.Path}"><label for="token">Token</label>
        <input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
        <button>Sign in</button></form></main></body></html>
        """;
}
