using System.Text.RegularExpressions;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Hosting;

namespace Pipeline.Rewards;

/// <summary>Adding rewards to a host.</summary>
/// <example><code>
/// var builder = WebApplication.CreateBuilder(args);
/// builder.AddPipelineDefaults("brevity");
/// builder.Services.AddCaptionReward("brevity", _ => new BrevityReward());
/// await builder.Build().RunPipelineAsync();
/// </code></example>
public static partial class RewardRegistration
{
    /// <summary>
    /// Adds a reward: queue <c>score-captions-NAME</c> takes every <see cref="Contracts.CaptionsSampled"/> and the reward scores those that
    /// name it. Hosts with a reward of the same name share the work.
    /// </summary>
    /// <param name="services">The host's services, with <see cref="PipelineDefaults.AddPipelineDefaults"/>.</param>
    /// <param name="name">The name that runs call it by: lower-case letters, digits and dashes.</param>
    /// <param name="create">Makes the reward, once, before the host takes messages; what it throws stops the host.</param>
    /// <param name="options">How it is asked; null for the defaults.</param>
    /// <exception cref="ArgumentException">The name has other characters, or there is a reward with this name.</exception>
    public static IServiceCollection AddCaptionReward(
        this IServiceCollection services, string name, Func<IServiceProvider, ICaptionReward> create, RewardOptions? options = null)
    {
        if (!NamePattern.IsMatch(name))
            throw new ArgumentException(
                $"'{name}' is no name for a reward: lower-case letters, digits and single dashes between them.", nameof(name));
        if (services.Any(service => service.ServiceType == typeof(ICaptionReward) && name.Equals(service.ServiceKey)))
            throw new ArgumentException($"There is a reward '{name}' already.", nameof(name));

        var asked = options ?? new RewardOptions();
        services.AddKeyedSingleton(name, (provider, _) => create(provider));
        services.AddSingleton(provider =>
            new PipelineEndpoint($"score-captions-{name}", endpoint => Configure(endpoint, provider, name, asked)));
        return services;
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex NamePattern { get; }

    static void Configure(IReceiveEndpointConfigurator endpoint, IServiceProvider provider, string name, RewardOptions options)
    {
        // One waits while another is scored; more would keep work from other hosts with this reward.
        endpoint.ConcurrentMessageLimit = options.Concurrency;
        endpoint.PrefetchCount = options.Concurrency + 1;

        var reward = new GuardedReward(name, provider.GetRequiredKeyedService<ICaptionReward>(name), options.Timeout);
        var (events, blobs) = (provider.GetRequiredService<EventAppender>(), provider.GetRequiredService<IBlobStore>());
        endpoint.Consumer(() => new ScoreCaptionsConsumer(name, reward, events, blobs));
    }
}
