using System.Reflection;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pipeline.Hosting;

/// <summary>How every service is wired, once.</summary>
/// <example><code>
/// var builder = WebApplication.CreateBuilder(args);
/// builder.AddPipelineDefaults("rollout", bus => bus.AddConsumer&lt;SampleCaptionsConsumer, SampleCaptionsConsumerDefinition&gt;());
/// await builder.Build().RunPipelineAsync();
/// </code></example>
public static class PipelineDefaults
{
    /// <summary>
    /// Adds settings, bus, event store, blob stores, logs, telemetry and health. Call it before adding hosted services of your own: they
    /// start in the order they were added, so that the schema is applied and the bus is up before the first of them produces anything.
    /// </summary>
    /// <param name="builder">The service's host.</param>
    /// <param name="service">The service's name in kebab case; it prefixes its queues, so it decides which hosts share work.</param>
    /// <param name="configureBus">Adds the service's consumers; none for a host that only produces.</param>
    /// <returns>The builder.</returns>
    public static TBuilder AddPipelineDefaults<TBuilder>(
        this TBuilder builder, string service, Action<IBusRegistrationConfigurator>? configureBus = null)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddSecrets();
        var identity = new ServiceIdentity(service, Build());
        builder.Services.AddSingleton(identity);
        builder.Services.AddOptions<PipelineOptions>()
            .Bind(builder.Configuration.GetSection(PipelineOptions.Section))
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<PipelineOptions>, PipelineOptionsValidator>();

        builder.AddPipelineLogs(identity);
        builder.AddPipelineTelemetry(identity);
        builder.Services.AddPipelineHealth();
        builder.Services.AddPipelineBlobs();
        builder.Services.AddPipelineEvents();
        builder.Services.AddPipelineBus(identity, configureBus);
        return builder;
    }

    /// <summary>
    /// Maps the health endpoints and runs the service until it is told to stop. What keeps it from starting, such as a broken model, is one
    /// line in the log and exit code 1; the stack trace is there at level Debug.
    /// </summary>
    /// <param name="app">The service.</param>
    /// <param name="prepare">Done before anything starts; what it throws keeps the service from starting too.</param>
    public static async Task RunPipelineAsync(this WebApplication app, Action<PipelineOptions>? prepare = null)
    {
        try
        {
            prepare?.Invoke(app.Services.GetRequiredService<IOptions<PipelineOptions>>().Value);
            app.MapPipelineHealth();
            await app.StartAsync();
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            app.Logger.LogCritical("Cannot start: {Problem}", OneLine(problem));
            app.Logger.LogDebug(problem, "Why it cannot start");
            Environment.ExitCode = 1;
            await app.DisposeAsync();
            return;
        }
        await app.WaitForShutdownAsync();
    }

    /// <summary>A folder that is not there is reported, by its key, when the options are validated at start.</summary>
    static void AddSecrets(this IHostApplicationBuilder builder)
    {
        var folder = builder.Configuration[$"{PipelineOptions.Section}:{nameof(PipelineOptions.Secrets)}"];
        if (!string.IsNullOrEmpty(folder)) builder.Configuration.AddKeyPerFile(Path.GetFullPath(folder), optional: true);
    }

    static string OneLine(Exception problem) =>
        (problem is OptionsValidationException options ? string.Join(' ', options.Failures) : problem.Message).ReplaceLineEndings(" ");

    static string Build() =>
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}

/// <summary>Which service this process is.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Build">Version of its build.</param>
public sealed record ServiceIdentity(string Service, string Build);
