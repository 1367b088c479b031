using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pipeline.Cli.Tests.DownloadCoco;

/// <summary>A server in this process that gives files as COCO's does, and fails when a test tells it to.</summary>
sealed class CocoServer : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentQueue<(string Path, int Bytes)> _cuts = new();
    readonly ConcurrentQueue<(string Path, int Status)> _refusals = new();
    long _served;

    CocoServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    /// <summary>Paths and ranges that were asked for.</summary>
    public ConcurrentQueue<(string Path, string? Range)> Requests { get; } = new();

    /// <summary>Bytes of bodies.</summary>
    public long Served => Interlocked.Read(ref _served);

    public bool IgnoresRanges { get; set; }

    public static async Task<CocoServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var server = new CocoServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>Cuts the next answer for a path after so many bytes.</summary>
    public void Cut(string path, int bytes) => _cuts.Enqueue((path, bytes));

    /// <summary>Answers the next request for a path with a status and nothing else.</summary>
    public void Refuse(string path, int status) => _refusals.Enqueue((path, status));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var path = request.Path.Value!;
        Requests.Enqueue((path, request.Headers.Range.Count > 0 ? request.Headers.Range.ToString() : null));
        if (_refusals.TryPeek(out var refusal) && refusal.Path == path && _refusals.TryDequeue(out _))
        {
            response.StatusCode = refusal.Status;
            return;
        }

        if (!Files.TryGetValue(path, out var content))
        {
            response.StatusCode = 404;
            return;
        }

        var (from, to) = (0, content.Length);
        if (!IgnoresRanges && request.GetTypedHeaders().Range?.Ranges.Single() is { } range)
        {
            (from, to) = ((int)range.From!.Value, (int)Math.Min(content.Length, (range.To + 1) ?? content.Length));
            response.StatusCode = 206;
            response.Headers.ContentRange = $"bytes {from}-{to - 1}/{content.Length}";
        }

        response.ContentLength = to - from;
        var isCut = _cuts.TryPeek(out var cut) && cut.Path == path && cut.Bytes < to - from && _cuts.TryDequeue(out _);
        var until = isCut ? from + cut.Bytes : to;
        await response.Body.WriteAsync(content.AsMemory(from..until));
        await response.Body.FlushAsync();
        Interlocked.Add(ref _served, until - from);
        if (!isCut) return;
        // An abort throws away what is still on its way: let it arrive.
        await Task.Delay(300);
        context.Abort();
    }
}
