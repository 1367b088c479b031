using Pipeline.Models;
using Pipeline.Onnx;
using Pipeline.Rewards;
using Pipeline.Similarity.Blip;
using Pipeline.Similarity.ImageEmbedding;
using Pipeline.Similarity.Oracle;

namespace Pipeline.Similarity;

/// <summary>The rewards that the configuration names.</summary>
public static class ConfiguredRewards
{
    /// <summary>Adds each reward of <see cref="RewardSettings.Section"/>.</summary>
    /// <exception cref="InvalidOperationException">There is none, or one is wrong; the message names every bad key.</exception>
    public static IServiceCollection AddConfiguredRewards(this IServiceCollection services, IConfiguration configuration)
    {
        var sections = configuration.GetSection(RewardSettings.Section).GetChildren().ToList();
        if (sections.Count == 0)
        {
            throw new InvalidOperationException(
                $"{RewardSettings.Section} names no reward. Set {Variable("NAME")}__Type to blip, blip-itm, image-embedding or oracle.");
        }

        var rewards = sections.ToDictionary(section => section.Key, Read);
        var problems = rewards.SelectMany(reward => reward.Value.Problems($"{RewardSettings.Section}:{reward.Key}")).ToList();
        if (problems.Count > 0)
            throw new InvalidOperationException(string.Join(Environment.NewLine, problems));

        foreach (var (name, settings) in rewards)
            if (settings.Type == "image-embedding")
                services.AddPictureReward(name, _ => CreateImageEmbedding(settings), settings.Options);
            else
                services.AddCaptionReward(name, _ => Create(settings), settings.Options);
        return services;
    }

    static RewardSettings Read(IConfigurationSection section)
    {
        try
        {
            return section.Get<RewardSettings>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new RewardSettings();
        }
        catch (InvalidOperationException problem)
        {
            throw new InvalidOperationException($"{section.Path}: {problem.Message}", problem);
        }
    }

    static ICaptionReward Create(RewardSettings settings) => settings.Type switch
    {
        "oracle" => new OracleReward(settings.Scenes!),
        var type => new BlipReward(
            Verified(settings.Model!), type == "blip" ? BlipHead.Itc : BlipHead.Itm,
            new BlipCleaning(settings.Cleaning, settings.MaxWords, settings.MaxTokens), CachedBytes(settings)),
    };

    static ImageEmbeddingReward CreateImageEmbedding(RewardSettings settings) =>
        new(Verified(settings.Model!), CachedBytes(settings), new OnnxOptions { Threads = settings.Threads });

    /// <summary>A model that is as its pack says, if it is part of one.</summary>
    static ModelFolder Verified(string folder)
    {
        ModelManifest.Verify(folder);
        return new ModelFolder(folder);
    }

    static long CachedBytes(RewardSettings settings) => (long)settings.CacheMegabytes << 20;

    static string Variable(string name) => $"{RewardSettings.Section.Replace(":", "__")}__{name}";
}
