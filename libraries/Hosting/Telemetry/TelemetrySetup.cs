using MassTransit.Logging;
using MassTransit.Monitoring;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Resources;

namespace Pipeline.Hosting;

/// <summary>
/// OpenTelemetry: spans of the bus, the database and the pipeline; exported when <c>Pipeline:Otlp</c> is set, in the logs' trace ids
/// always.
/// </summary>
static class TelemetrySetup
{
    public static void AddPipelineTelemetry(this IHostApplicationBuilder builder, ServiceIdentity identity)
    {
        var collector = builder.Configuration[$"{PipelineOptions.Section}:{nameof(PipelineOptions.Otlp)}"];
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(identity.Service, "pipeline", identity.Build))
            .WithTracing(traces => traces.AddSource(PipelineTelemetry.Name, DiagnosticHeaders.DefaultListenerName).AddNpgsql())
            .WithMetrics(metrics => metrics.AddMeter(
                PipelineTelemetry.Name, InstrumentationOptions.MeterName, "Npgsql", "Marten", "System.Runtime"));
        // A wrong address is reported, by its key, when the options are validated at start.
        if (Uri.TryCreate(collector, UriKind.Absolute, out var address))
            telemetry.UseOtlpExporter(OpenTelemetry.Exporter.OtlpExportProtocol.Grpc, address);
    }
}
