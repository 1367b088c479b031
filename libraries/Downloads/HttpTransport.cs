using System.Net;
using System.Net.Http.Headers;

namespace Pipeline.Downloads;

/// <summary>Asks servers, once: what may be over in a moment is a <see cref="TransientException"/>.</summary>
/// <param name="options">How long a server may be silent, and how many connections there may be.</param>
/// <param name="followsRedirects">Whether answers that lead elsewhere are followed.</param>
public sealed class HttpTransport(DownloadOptions options, bool followsRedirects = true) : IDisposable
{
    readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = followsRedirects, AutomaticDecompression = DecompressionMethods.None, UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(30), MaxConnectionsPerServer = Math.Max(options.Connections, 1) * 2,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Asks for bytes: 200, 206 or, when a range was asked for, 416. The caller disposes the response.</summary>
    /// <param name="address">Of what.</param>
    /// <param name="range">Which bytes; null for all.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="TransientException">It may work in a moment.</exception>
    /// <exception cref="RefusedException">It will not work later either.</exception>
    public async Task<HttpResponseMessage> GetAsync(Uri address, RangeHeaderValue? range, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Range = range } };
        var response = await SendAsync(request, cancellation);
        if (response.IsSuccessStatusCode || (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && range is not null))
            return response;
        using (response) throw new RefusedException(address.AbsoluteUri, response.StatusCode);
    }

    /// <summary>Sends a request. The caller disposes the response; its body is still to come.</summary>
    /// <exception cref="TransientException">It may work in a moment.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        request.Headers.AcceptEncoding.ParseAdd("identity");
        request.Headers.UserAgent.ParseAdd("captioner-pipeline");
        var response = await AnswerAsync(request, cancellation);
        if (!TransientException.Is(response.StatusCode)) return response;
        using (response) throw TransientException.Of(response);
    }

    /// <summary>Frees the connections.</summary>
    public void Dispose() => http.Dispose();

    async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(options.Silence);
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException)
        {
            throw new TransientException($"{request.RequestUri!.Authority} does not answer ({problem.Message})", problem);
        }
        catch (OperationCanceledException problem) when (!cancellation.IsCancellationRequested)
        {
            throw new TransientException($"{request.RequestUri!.Authority} is silent", problem);
        }
    }
}
