using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Pipeline.ModelHub.Tests;

/// <summary>A request that arrived.</summary>
sealed record Seen(string Host, string Method, string Path, string? Authorization, string? Range, string? Encoding);

/// <summary>
/// A hub in this process, on two ports: the hub itself, and the storage that it redirects to for large files. It speaks the protocol as far
/// as docs/models.md describes it, and fails when a test tells it to.
/// </summary>
sealed class HubServer : IAsyncDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    readonly WebApplication _app;
    readonly List<(Func<HttpRequest, bool> When, Func<HttpContext, Task> Then)> _once = [];
    readonly ConcurrentDictionary<string, (Content Content, bool IsLarge)> _files = new();
    readonly ConcurrentQueue<long> _cuts = new();
    long _served;

    HubServer(WebApplication app) => _app = app;

    public Uri Hub { get; private set; } = null!;

    public Uri Storage { get; private set; } = null!;

    public ConcurrentQueue<Seen> Requests { get; } = new();

    /// <summary>Bytes of bodies that were written to connections.</summary>
    public long Served => Interlocked.Read(ref _served);

    /// <summary>Whether the storage ignores ranges.</summary>
    public bool IgnoresRanges { get; set; }

    /// <summary>Whether neither the hub nor the storage says how large a file is.</summary>
    public bool HidesSizes { get; set; }

    /// <summary>What the hub claims of large files, when that is not the truth.</summary>
    public string? ClaimedSha256 { get; set; }

    /// <summary>Only this token may read, when it is set.</summary>
    public string? Token { get; set; }

    public IEnumerable<Seen> Gets => Requests.Where(request => request is { Method: "GET", Host: "storage" });

    public static async Task<HubServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var app = builder.Build();
        var server = new HubServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        var urls = app.Urls.ToArray();
        (server.Hub, server.Storage) = (new Uri(urls[0]), new Uri(urls[1]));
        return server;
    }

    /// <summary>Puts a file on the hub, at a revision and at the commit.</summary>
    public void Add(string repo, string path, Content content, bool isLarge = false, string revision = "main")
    {
        _files[$"/{repo}/resolve/{Uri.EscapeDataString(revision)}/{path}"] = (content, isLarge);
        _files[$"/{repo}/resolve/{Commit}/{path}"] = (content, isLarge);
        _files[$"/storage/{content.Seed}/{content.Size}"] = (content, isLarge);
    }

    /// <summary>Answers the next request that fits in another way.</summary>
    public void Once(Func<HttpRequest, bool> when, Func<HttpContext, Task> then)
    {
        lock (_once) _once.Add((when, then));
    }

    /// <summary>Answers the next request that fits with a status and nothing else.</summary>
    public void Once(string method, int status, Action<HttpResponse>? headers = null) => Once(
        request => request.Method == method,
        context =>
        {
            context.Response.StatusCode = status;
            headers?.Invoke(context.Response);
            return Task.CompletedTask;
        });

    /// <summary>Cuts the next connections in the middle of the body, each after so many bytes.</summary>
    public void Cut(params long[] afterBytes)
    {
        foreach (var bytes in afterBytes) _cuts.Enqueue(bytes);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var isHub = context.Connection.LocalPort == Hub.Port;
        Requests.Enqueue(new Seen(
            isHub ? "hub" : "storage", request.Method, request.Path.Value!, request.Headers.Authorization, request.Headers.Range,
            request.Headers.AcceptEncoding));
        if (Planned(request) is { } planned)
        {
            await planned(context);
            return;
        }

        if (Token is not null && isHub && request.Headers.Authorization != $"Bearer {Token}")
        {
            response.StatusCode = request.Headers.Authorization.Count == 0 ? 401 : 403;
        }
        else if (!_files.TryGetValue(request.Path.Value!, out var file))
        {
            response.StatusCode = 404;
        }
        else if (isHub && file.IsLarge)
        {
            response.StatusCode = 302;
            response.Headers["X-Repo-Commit"] = Commit;
            response.Headers["X-Linked-Etag"] = $"\"{ClaimedSha256 ?? file.Content.Sha256}\"";
            if (!HidesSizes) response.Headers["X-Linked-Size"] = $"{file.Content.Size}";
            response.Headers.Location = new Uri(Storage, $"/storage/{file.Content.Seed}/{file.Content.Size}").AbsoluteUri;
        }
        else
        {
            if (isHub) response.Headers["X-Repo-Commit"] = Commit;
            response.Headers.ETag = isHub ? $"\"{file.Content.Sha256[..40]}\"" : "\"the-storage-has-its-own\"";
            await ServeAsync(context, file.Content);
        }
    }

    Func<HttpContext, Task>? Planned(HttpRequest request)
    {
        lock (_once)
        {
            var index = _once.FindIndex(plan => plan.When(request));
            if (index < 0) return null;
            var plan = _once[index].Then;
            _once.RemoveAt(index);
            return plan;
        }
    }

    async Task ServeAsync(HttpContext context, Content content)
    {
        var response = context.Response;
        var (from, to) = (0L, content.Size);
        if (!IgnoresRanges && RangeHeaderValue.TryParse(context.Request.Headers.Range.ToString(), out var asked))
        {
            var range = asked.Ranges.Single();
            (from, to) = (range.From!.Value, (range.To + 1) ?? content.Size);
            if (from >= content.Size)
            {
                response.StatusCode = 416;
                response.Headers.ContentRange = $"bytes */{content.Size}";
                return;
            }

            response.StatusCode = 206;
            response.Headers.ContentRange = $"bytes {from}-{to - 1}/{content.Size}";
        }

        if (!HidesSizes) response.ContentLength = to - from;
        if (context.Request.Method == "HEAD") return;
        var isCut = _cuts.TryDequeue(out var cut) && from + cut <= to;
        var until = isCut ? from + cut : to;
        var buffer = new byte[64 << 10];
        for (var at = from; at < until; at += buffer.Length)
        {
            var chunk = buffer.AsMemory(0, (int)Math.Min(buffer.Length, until - at));
            content.Fill(chunk.Span, at);
            await response.Body.WriteAsync(chunk, context.RequestAborted);
            await response.Body.FlushAsync(context.RequestAborted);
            Interlocked.Add(ref _served, chunk.Length);
        }

        if (!isCut) return;
        // An abort throws away what is still on its way: let it arrive.
        await Task.Delay(500);
        context.Abort();
    }
}
