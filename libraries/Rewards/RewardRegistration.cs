using System.Text.RegularExpressions;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pipeline.Hosting;

namespace Pipeline.Rewards;

/// <summary>Adding rewards to a host of your own; for a service that has one reward and nothing else there is <see cref="RewardService"/>.</summary>
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
        Require(services, name);
        services.AddKeyedSingleton(name, (provider, _) => create(provider));
        return services.AddEndpoint<ScoreCaptionsConsumer>($"score-captions-{name}", options ?? new RewardOptions(), (provider, asked) =>
        {
            var reward = new GuardedReward(name, provider.GetRequiredKeyedService<ICaptionReward>(name), asked.Timeout);
            var recorded = Recorded(name, provider);
            var blobs = provider.GetRequiredService<IBlobStore>();
            return () => new ScoreCaptionsConsumer(name, reward, recorded, blobs);
        });
    }

    /// <summary>
    /// Adds a reward that looks at drawings: queue <c>score-images-NAME</c> takes every <see cref="Contracts.CaptionsRendered"/> and the
    /// reward scores those that name it. A caption's score is the mean over its valid drawings; its details are <c>variance</c> (of one
    /// drawing's score, unbiased; 0 for a single drawing), <c>samples</c> and <c>invalid</c> (how many were scored and left out).
    /// </summary>
    /// <inheritdoc cref="AddCaptionReward"/>
    public static IServiceCollection AddPictureReward(
        this IServiceCollection services, string name, Func<IServiceProvider, IPictureReward> create, RewardOptions? options = null)
    {
        Require(services, name);
        services.AddKeyedSingleton(name, (provider, _) => create(provider));
        return services.AddEndpoint<ScoreImagesConsumer>($"score-images-{name}", options ?? new RewardOptions(), (provider, asked) =>
        {
            var reward = new GuardedPictureReward(name, provider.GetRequiredKeyedService<IPictureReward>(name), asked.Timeout);
            var events = provider.GetRequiredService<EventAppender>();
            var (recorded, drawings) = (Recorded(name, provider), new Drawings(events));
            var blobs = provider.GetRequiredService<IBlobStore>();
            return () => new ScoreImagesConsumer(name, reward, recorded, drawings, blobs);
        });
    }

    static RecordedScores Recorded(string name, IServiceProvider provider) =>
        new(name, provider.GetRequiredService<EventAppender>(), provider.GetRequiredService<ILogger<RecordedScores>>());

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex NamePattern { get; }

    static void Require(IServiceCollection services, string name)
    {
        if (!NamePattern.IsMatch(name))
            throw new ArgumentException(
                $"'{name}' is no name for a reward: lower-case letters, digits and single dashes between them.", nameof(name));
        if (services.Any(service => name.Equals(service.ServiceKey)
            && (service.ServiceType == typeof(ICaptionReward) || service.ServiceType == typeof(IPictureReward))))
            throw new ArgumentException($"There is a reward '{name}' already.", nameof(name));
    }

    static IServiceCollection AddEndpoint<TConsumer>(
        this IServiceCollection services, string queue, RewardOptions asked,
        Func<IServiceProvider, RewardOptions, Func<TConsumer>> consumer)
        where TConsumer : class, IConsumer =>
        services.AddSingleton(provider => new PipelineEndpoint(queue, endpoint =>
        {
            // One waits while another is scored; more would keep work from other hosts with this reward.
            endpoint.ConcurrentMessageLimit = asked.Concurrency;
            endpoint.PrefetchCount = asked.Concurrency + 1;
            endpoint.Consumer(consumer(provider, asked));
        }));
}
