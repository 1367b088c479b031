using MassTransit.Logging;
using MassTransit.Monitoring;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Pipeline.Hosting;

/// <summary>
/// OpenTelemetry: spans of the bus, the database and the pipeline. Exported to a collector when <c>Pipeline:Otlp</c> is set, to Seq when
/// <c>Pipeline:SeqTraces</c> is; in the logs' trace ids always.
/// </summary>
static class TelemetrySetup
{
    public static void AddPipelineTelemetry(this IHostApplicationBuilder builder, ServiceIdentity identity)
    {
        // Exporters are chosen while the host is built, before options are validated: a wrong address is reported, by its key, at start.
        var options = builder.Configuration.GetSection(PipelineOptions.Section);
        var collector = Address(options[nameof(PipelineOptions.Otlp)]);
        var seq = string.Equals(options[nameof(PipelineOptions.SeqTraces)], bool.TrueString, StringComparison.OrdinalIgnoreCase)
            ? Address(options[nameof(PipelineOptions.Seq)])
            : null;
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                identity.Service, "pipeline", identity.Build, autoGenerateServiceInstanceId: false, Environment.MachineName))
            .WithTracing(traces =>
            {
                traces.AddSource(PipelineTelemetry.Name, DiagnosticHeaders.DefaultListenerName).AddNpgsql();
                if (collector is not null) traces.AddOtlpExporter("collector", exporter => ToCollector(exporter, collector));
                if (seq is not null) traces.AddOtlpExporter("seq", exporter => ToSeq(exporter, seq, options[nameof(PipelineOptions.SeqApiKey)]));
            })
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(PipelineTelemetry.Name, InstrumentationOptions.MeterName, "Npgsql", "Marten", "System.Runtime");
                if (collector is not null) metrics.AddOtlpExporter("collector", exporter => ToCollector(exporter, collector));
            });
    }

    static void ToCollector(OtlpExporterOptions exporter, Uri collector) =>
        (exporter.Protocol, exporter.Endpoint) = (OtlpExportProtocol.Grpc, collector);

    /// <summary>Seq takes OTLP over HTTP at a path of its own, and no metrics there.</summary>
    static void ToSeq(OtlpExporterOptions exporter, Uri seq, string? apiKey)
    {
        (exporter.Protocol, exporter.Endpoint) = (OtlpExportProtocol.HttpProtobuf, new Uri(seq, "/ingest/otlp/v1/traces"));
        if (!string.IsNullOrEmpty(apiKey)) exporter.Headers = $"X-Seq-ApiKey={apiKey}";
    }

    static Uri? Address(string? value) => Uri.TryCreate(value, UriKind.Absolute, out var address) ? address : null;
}
