using System.Collections.Concurrent;
using Pipeline.Client;

namespace Pipeline.Studio.SignIn;

/// <summary>Says whether a request comes from somebody who signed in. What the database said is believed for a short while.</summary>
sealed class Sessions(StudioAccess access)
{
    /// <summary>The cookie with the session's secret. It has the port in its name: cookies of one machine's ports are shared, and a second Studio would
    /// sign out of the first.</summary>
    public static string Cookie(HttpRequest request) => $"studio-{request.Host.Port ?? (request.IsHttps ? 443 : 80)}";

    /// <summary>After a sign-out elsewhere an old cookie works for so long at most.</summary>
    static readonly TimeSpan Believed = TimeSpan.FromSeconds(10);

    /// <summary>Enough for any household; with more the database is asked again.</summary>
    const int Most = 1000;

    readonly ConcurrentDictionary<string, DateTime> _known = new();

    /// <summary>Whether the request carries a session's cookie or the token (<c>Authorization: Bearer TOKEN</c>).</summary>
    public async Task<bool> IsSignedInAsync(HttpRequest request, CancellationToken cancellation)
    {
        const string bearer = "Bearer ";
        if (request.Headers.Authorization.ToString() is var header && header.StartsWith(bearer, StringComparison.OrdinalIgnoreCase))
            return await IsAsync($"t{header[bearer.Length..].Trim()}", cancellation);
        return request.Cookies[Cookie(request)] is { Length: > 0 } session && await IsAsync($"s{session}", cancellation);
    }

    /// <summary>Signs in and gives the browser its cookie.</summary>
    /// <returns>Whether the secret was right.</returns>
    public async Task<bool> SignInAsync(HttpContext http, string secret)
    {
        if (await access.SignInAsync(secret.Trim(), http.RequestAborted) is not { } session) return false;
        http.Response.Cookies.Append(Cookie(http.Request), session, Options(http, StudioAccess.SessionLifetime));
        return true;
    }

    /// <summary>Ends the browser's session.</summary>
    public async Task SignOutAsync(HttpContext http)
    {
        if (http.Request.Cookies[Cookie(http.Request)] is not { Length: > 0 } session) return;
        await access.SignOutAsync(session, http.RequestAborted);
        _known.TryRemove($"s{session}", out _);
        http.Response.Cookies.Delete(Cookie(http.Request), Options(http, null));
    }

    async Task<bool> IsAsync(string secret, CancellationToken cancellation)
    {
        if (_known.TryGetValue(secret, out var until) && until > DateTime.UtcNow) return true;
        var isKnown = secret[0] == 't'
            ? await access.IsTokenAsync(secret[1..], cancellation)
            : await access.IsSessionAsync(secret[1..], cancellation);
        if (_known.Count >= Most) _known.Clear();
        if (isKnown) _known[secret] = DateTime.UtcNow + Believed;
        else _known.TryRemove(secret, out _);
        return isKnown;
    }

    static CookieOptions Options(HttpContext http, TimeSpan? lifetime) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = "/", MaxAge = lifetime, IsEssential = true,
    };
}
