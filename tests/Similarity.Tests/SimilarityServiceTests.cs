using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Similarity.Tests.Rewards;
using Pipeline.Testing;

namespace Pipeline.Similarity.Tests;

/// <summary>The service as it is shipped, with the embedded pack's rewards, on real servers.</summary>
public sealed class SimilarityServiceTests(TestStack stack) : IClassFixture<TestStack>
{
    static readonly string Pack = Path.Combine(Repository.Root, "models", "tiny");

    [Fact]
    public async Task It_scores_a_batch_with_every_reward_that_the_batch_names()
    {
        var published = new ConcurrentQueue<CaptionsScored>();
        await using var host = await PipelineHost.StartAsync(stack, builder =>
        {
            builder.Services.AddSingleton(published);
            builder.AddPipelineDefaults("similarity", bus => bus.AddConsumer<RewardStack.Listener>());
            builder.Services.AddConfiguredRewards(builder.Configuration);
        }, new Dictionary<string, string?>
        {
            ["Similarity:Rewards:blip:Type"] = "blip",
            ["Similarity:Rewards:blip:Model"] = Path.Combine(Pack, "blip"),
            ["Similarity:Rewards:matching:Type"] = "blip-itm",
            ["Similarity:Rewards:matching:Model"] = Path.Combine(Pack, "blip"),
            ["Similarity:Rewards:oracle:Type"] = "oracle",
            ["Similarity:Rewards:oracle:Scenes"] = Path.Combine(Pack, "scenes.json"),
            ["Pipeline:TorchThreads"] = "1",
        });
        var cancellation = TestContext.Current.CancellationToken;
        var picture = Directory.EnumerateFiles(Path.Combine(Pack, "pictures"), "*.png", SearchOption.AllDirectories).First();
        var sha256 = await host.Get<IBlobStore>().PutAsync(await File.ReadAllBytesAsync(picture, cancellation), cancellation);
        var batch = RewardStack.Batch("blip", "matching", "oracle");

        await host.Get<IBus>().Publish(
            batch with { Captions = [.. batch.Captions.Select(caption => caption with { PictureSha256 = sha256 })] }, cancellation);
        await Eventually.HoldsAsync("three results are published", () => published.Count == 3);

        published.Select(result => result.Reward).Order().ShouldBe(["blip", "matching", "oracle"]);
        published.ShouldAllBe(result => result.Captions.Count == 2);
        published.SelectMany(result => result.Captions).ShouldAllBe(scored => scored.Model.Length == 64);
        published.Single(result => result.Reward == "oracle").Captions.ShouldAllBe(scored => scored.Details.ContainsKey("recall"));
    }
}
