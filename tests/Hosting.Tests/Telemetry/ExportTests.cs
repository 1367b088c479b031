using System.Collections.Concurrent;
using System.Net;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Pipeline.Contracts;
using Pipeline.Hosting.Tests.Bus;
using Pipeline.Testing;

namespace Pipeline.Hosting.Tests.Telemetry;

/// <summary>Stand-ins for Seq and for an OpenTelemetry collector that note what they are sent.</summary>
public sealed class ExportTests(TestStack stack) : IClassFixture<TestStack>
{
    readonly ConcurrentQueue<(string Path, string Body, string? Key)> _received = [];

    [Fact]
    public async Task Seq_gets_every_log_line_with_its_run()
    {
        await using var seq = await ReceiverAsync(HttpProtocols.Http1);
        var seen = new Seen();
        await using (var worker = await PipelineHost.StartAsync(
            stack, TestService.Worker(seen), new Dictionary<string, string?> { ["Pipeline:Seq"] = seq.Urls.Single() }))
        {
            seen.Act = (_, _) =>
            {
                worker.Get<ILogger<ExportTests>>().LogInformation("Working");
                return Task.CompletedTask;
            };
            await worker.PublishAsync(new DoWork(Guid.Parse("33333333-0000-4000-8000-000000000001"), 1));
            await Eventually.HoldsAsync("the message was consumed", () => seen.Numbers is [1]);
        }

        var line = _received.SelectMany(request => request.Body.Split('\n'))
            .Single(line => line.Contains("\"Working\"", StringComparison.Ordinal));
        line.ShouldContain("\"RunId\":\"33333333-0000-4000-8000-000000000001\"");
        line.ShouldContain("\"Service\":\"worker\"");
        line.ShouldContain("\"@tr\":");
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task Seq_gets_traces_when_that_is_asked_for_and_everything_with_its_key(string traces, bool areSent)
    {
        await using var seq = await ReceiverAsync(HttpProtocols.Http1);
        await using (var sender = await PipelineHost.StartAsync(stack, TestService.Sender, new Dictionary<string, string?>
        {
            ["Pipeline:Seq"] = seq.Urls.Single(), ["Pipeline:SeqTraces"] = traces, ["Pipeline:SeqApiKey"] = "a-key",
        }))
        {
            await sender.PublishAsync(new RunStopped(Guid.NewGuid(), 1));
        }

        var spans = _received.Where(request => request.Path == "/ingest/otlp/v1/traces").ToArray();
        spans.Any(request => request.Body.Contains("run-stopped.v1", StringComparison.Ordinal)).ShouldBe(areSent);
        _received.ShouldNotBeEmpty();
        _received.ShouldAllBe(request => request.Key == "a-key");
        _received.ShouldNotContain(request => request.Path.Contains("metrics"));
    }

    [Fact]
    public async Task A_collector_gets_traces_and_metrics()
    {
        await using var collector = await ReceiverAsync(HttpProtocols.Http2);

        await using (var sender = await PipelineHost.StartAsync(
            stack, TestService.Sender, new Dictionary<string, string?> { ["Pipeline:Otlp"] = collector.Urls.Single() }))
        {
            await sender.PublishAsync(new RunStopped(Guid.NewGuid(), 1));
        }

        var paths = _received.Select(request => request.Path).ToArray();
        paths.ShouldContain("/opentelemetry.proto.collector.trace.v1.TraceService/Export");
        paths.ShouldContain("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export");
        _received.ShouldContain(request => request.Body.Contains("run-stopped.v1", StringComparison.Ordinal));
    }

    async Task<WebApplication> ReceiverAsync(HttpProtocols protocols)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        var app = builder.Build();
        app.Run(async http =>
        {
            using var body = new StreamReader(http.Request.Body);
            _received.Enqueue((http.Request.Path, await body.ReadToEndAsync(), http.Request.Headers["X-Seq-ApiKey"]));
            if (protocols != HttpProtocols.Http2) return;
            http.Response.ContentType = "application/grpc";
            await http.Response.Body.WriteAsync(new byte[5]);
            http.Response.AppendTrailer("grpc-status", "0");
        });
        await app.StartAsync();
        return app;
    }
}
