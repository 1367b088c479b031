namespace Pipeline.Studio.SignIn;

/// <summary>
/// Before everything else: who has not signed in gets 401, whatever was asked for, and no page of another origin can send anything. Only the
/// health checks, which say nothing but whether the service works, are open to those who watch over processes.
/// </summary>
sealed class Gate(RequestDelegate next, Sessions sessions)
{
    /// <summary>The part of an address that signs in.</summary>
    public const string TokenParameter = "token";

    public async Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        if (IsRead(request) && request.Path.Value is "/health/live" or "/health/ready")
        {
            await next(http);
            return;
        }
        if (!IsRead(request) && !IsOwnOrigin(request))
        {
            await Results.Problem("Another site's page may not send this.", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(http);
            return;
        }
        // The link that is printed: once the cookie is there, the token leaves the address bar and the history.
        if (IsRead(request) && request.Query[TokenParameter].ToString() is { Length: > 0 } token && await sessions.SignInAsync(http, token))
        {
            http.Response.Redirect(WithoutToken(request));
            return;
        }
        if (request.Path == SignInEndpoints.Path || await sessions.IsSignedInAsync(request, http.RequestAborted)) await next(http);
        else await SignInPage.RefuseAsync(http, request.Query.ContainsKey(TokenParameter));
    }

    static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    /// <summary>Browsers say where a request comes from; programs, which carry no cookie of their own accord, need not.</summary>
    static bool IsOwnOrigin(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
        && (request.Headers.Origin.ToString() is not { Length: > 0 } origin
            || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase));

    static string WithoutToken(HttpRequest request) =>
        // Two slashes at the beginning would be another host's address.
        new PathString($"/{request.Path.Value!.TrimStart('/')}") + QueryString.Create(request.Query.Where(part => part.Key != TokenParameter));
}
