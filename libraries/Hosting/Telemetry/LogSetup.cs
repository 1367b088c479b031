using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Pipeline.Hosting;

/// <summary>
/// Serilog: one readable line per event on the console; everything with all its properties in Seq when <c>Pipeline:Seq</c> is set.
/// </summary>
static class LogSetup
{
    const string Line = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Service} {Message:lj}{NewLine}{Exception}";

    public static void AddPipelineLogs(this IHostApplicationBuilder builder, ServiceIdentity identity) =>
        builder.Services.AddSerilog(
            (provider, log) =>
            {
                var options = provider.GetRequiredService<IOptions<PipelineOptions>>().Value;
                log.Enrich.FromLogContext()
                    .Enrich.WithProperty("Service", identity.Service)
                    .Enrich.WithProperty("Build", identity.Build)
                    // Which of several workers: in a container its id, or the host name it was given.
                    .Enrich.WithProperty("Host", Environment.MachineName)
                    // What these say at Information is every request and every command.
                    .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                    .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
                    // That hosting failed to start, with a stack trace: PipelineDefaults says it in one line. A background service that
                    // fails is reported as critical besides.
                    .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
                    .MinimumLevel.Override("System", LogEventLevel.Warning)
                    .MinimumLevel.Override("Marten", LogEventLevel.Warning)
                    // The whole schema as SQL, and as an error each conflict that EventAppender settles. What really fails is thrown, and
                    // logged by whoever asked for it.
                    .MinimumLevel.Override("Marten.IDocumentStore", LogEventLevel.Fatal)
                    .MinimumLevel.Override("Npgsql", LogEventLevel.Warning)
                    .WriteTo.Console(options.LogLevel, Line);
                if (!string.IsNullOrEmpty(options.Seq)) log.WriteTo.Seq(options.Seq, apiKey: options.SeqApiKey);
                foreach (var sink in provider.GetServices<ILogEventSink>()) log.WriteTo.Sink(sink);
            },
            preserveStaticLogger: true);
}
