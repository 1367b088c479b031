using System.Net;
using System.Net.Http.Headers;
using Pipeline.Downloads;

namespace Pipeline.ModelHub.Hub;

/// <summary>
/// Speaks the hub's protocol (as huggingface_hub's file_download.py does). Redirects are followed by hand: the token is for the hub, never
/// for the storage behind it.
/// </summary>
sealed class HubClient(HubSettings settings, DownloadOptions options) : IDisposable
{
    const int MostHops = 10;

    readonly HttpTransport http = new(options, followsRedirects: false);

    readonly Retrying retrying = new(options);

    /// <summary>Asks what the hub says of a file.</summary>
    /// <exception cref="HubException">There is no such file, or it may not be had; the message says which and the way out.</exception>
    public Task<RemoteFile> HeadAsync(HubFile file, CancellationToken cancellation) =>
        retrying.RunAsync($"{file}", () => HeadOnceAsync(file, cancellation), () => 0, cancellation);

    async Task<RemoteFile> HeadOnceAsync(HubFile file, CancellationToken cancellation)
    {
        string? commit = null, tag = null, own = null;
        long? size = null;
        using var last = await SendAsync(HttpMethod.Head, file, null, Note, cancellation);
        if (last.IsSuccessStatusCode) Note(last, last.RequestMessage!.RequestUri!);
        else if (tag is null || size is null) throw Refusal(file, last);
        return new RemoteFile(commit, (tag ?? own)?.Trim('"').ToLowerInvariant(), size ?? last.Content.Headers.ContentLength);

        // What the hub says of a file comes with its redirect; the storage that it redirects to knows other tags.
        bool Note(HttpResponseMessage response, Uri at)
        {
            commit ??= Header(response, "X-Repo-Commit");
            tag ??= Header(response, "X-Linked-Etag");
            if (size is null && long.TryParse(Header(response, "X-Linked-Size"), out var linked)) size = linked;
            if (IsSameHost(at, settings.Endpoint)) own = Weak(response.Headers.ETag?.Tag) ?? own;
            return tag is not null && size is not null;
        }
    }

    /// <summary>Asks once for bytes of a file: 200, 206 or 416. The caller disposes the response.</summary>
    /// <param name="file">The file.</param>
    /// <param name="range">Which bytes; null for all.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="TransientException">It may work in a moment.</exception>
    /// <exception cref="HubException">There is no such file, or it may not be had.</exception>
    public async Task<HttpResponseMessage> GetAsync(HubFile file, RangeHeaderValue? range, CancellationToken cancellation)
    {
        var response = await SendAsync(HttpMethod.Get, file, range, (_, _) => false, cancellation);
        if (response.IsSuccessStatusCode || (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && range is not null))
            return response;
        using (response) throw Refusal(file, response);
    }

    /// <summary>Frees the connections.</summary>
    public void Dispose() => http.Dispose();

    async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, HubFile file, RangeHeaderValue? range, Func<HttpResponseMessage, Uri, bool> isEnough,
        CancellationToken cancellation)
    {
        var (uri, token) = (file.Address(settings.Endpoint), settings.Token);
        for (var hop = 0; hop < MostHops; hop++)
        {
            using var request = new HttpRequestMessage(method, uri) { Headers = { Range = range } };
            if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

            var response = await http.SendAsync(request, cancellation);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
                return response;
            if (isEnough(response, uri)) return response;

            response.Dispose();
            var next = new Uri(uri, location);
            if (next.Scheme is not ("http" or "https")) throw new HubException($"{file}: the hub redirects to {next.Scheme}: URLs");
            if (!IsSameHost(uri, next)) token = null;
            uri = next;
        }

        throw new HubException($"{file}: the hub redirects more than {MostHops} times");
    }

    HubException Refusal(HubFile file, HttpResponseMessage response) => (int)response.StatusCode switch
    {
        401 or 403 => new HubException(
            $"{file}: the hub refuses it ({(int)response.StatusCode}): the repository is gated, private or misspelt; accept its licence at "
            + $"{settings.Endpoint.AbsoluteUri.TrimEnd('/')}/{file.Repo} and "
            + (settings.Token is null ? "set HF_TOKEN, no token was sent" : "see that the token of HF_TOKEN may read it")),
        404 => new HubException(
            $"there is no {file.Path} in {file.Repo} at revision {file.Revision} (404): the manifest of models names what the hub "
            + "does not have"),
        var status => new HubException($"{file}: the hub answers {status} {response.ReasonPhrase}"),
    };

    static bool IsSameHost(Uri one, Uri other) => one.Scheme == other.Scheme && one.Authority == other.Authority;

    static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) && Weak(values.First()) is { Length: > 0 } value ? value : null;

    static string? Weak(string? tag) => tag?.StartsWith("W/", StringComparison.Ordinal) == true ? tag[2..] : tag;
}
