using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;

namespace Pipeline.Rewards;

/// <summary>A whole service around one reward: connection, queue, event store, retries, health, logs.</summary>
/// <example><code>
/// await RewardService.RunAsync(args, "brevity", _ => new BrevityReward());
/// </code></example>
public static class RewardService
{
    /// <summary>
    /// Serves a reward of captions until the process is told to stop. The pipeline is the one that the configuration names
    /// (<c>Pipeline__Postgres</c> and its siblings, or <c>Pipeline__Secrets</c>), else the local stack in the folder that
    /// <c>PIPELINE_LOCAL</c> names, else that of a <c>.local</c> here or in a folder above. What keeps it from starting is one line in the
    /// log and exit code 1.
    /// </summary>
    /// <param name="args">The program's arguments: further configuration, such as <c>--Pipeline:LogLevel=Debug</c>.</param>
    /// <param name="name">The name that runs call it by: lower-case letters, digits and dashes.</param>
    /// <param name="create">Makes the reward, once, before messages are taken.</param>
    /// <param name="options">How it is asked; null for the defaults.</param>
    /// <exception cref="ArgumentException">The name has other characters.</exception>
    public static Task RunAsync(
        string[] args, string name, Func<IServiceProvider, ICaptionReward> create, RewardOptions? options = null) =>
        RunAsync(args, name, services => services.AddCaptionReward(name, create, options));

    /// <summary>Serves a reward that looks at drawn pictures.</summary>
    /// <inheritdoc cref="RunAsync(string[], string, Func{IServiceProvider, ICaptionReward}, RewardOptions)"/>
    public static Task RunAsync(
        string[] args, string name, Func<IServiceProvider, IPictureReward> create, RewardOptions? options = null) =>
        RunAsync(args, name, services => services.AddPictureReward(name, create, options));

    static async Task RunAsync(string[] args, string name, Action<IServiceCollection> addReward)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddLocalStack();
        // Its web server only answers for its health. Several rewards may be started by hand on one machine.
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null)
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddPipelineDefaults(name);
        addReward(builder.Services);
        if (Build(builder) is { } service) await service.RunPipelineAsync();
    }

    /// <summary>Without settings there is not even a log to say so: null then.</summary>
    static WebApplication? Build(WebApplicationBuilder builder)
    {
        try
        {
            return builder.Build();
        }
        catch (OptionsValidationException problem)
        {
            Console.Error.WriteLine($"Cannot start: {string.Join(' ', problem.Failures)}");
            Environment.ExitCode = 1;
            return null;
        }
    }
}
