using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Similarity.Tests.Rewards;
using Pipeline.Testing;

namespace Pipeline.Similarity.Tests.ImageEmbedding;

/// <summary>The service with a network of its own, on real servers: it scores drawings, or does not start and says why.</summary>
public sealed class ServiceStartTests(TestStack stack) : IClassFixture<TestStack>, IDisposable
{
    readonly EmbeddingFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task It_scores_drawings_by_their_cosine_with_the_original()
    {
        await using var host = await StartAsync();
        var (blobs, cancellation) = (host.Get<IBlobStore>(), TestContext.Current.CancellationToken);
        var red = await blobs.PutAsync(Plain(100, 0), cancellation);
        var both = await blobs.PutAsync(Plain(50, 50), cancellation);
        var batch = RewardStack.Batch("eye");

        await host.Get<IBus>().Publish(DrawnBatch.Of(
            batch with { Captions = [.. batch.Captions.Select(caption => caption with { PictureSha256 = red })] },
            new DrawingSettings { Rewards = ["eye"], Samples = 2 }, new RenderedImage(0, 1, red), new RenderedImage(1, 2, both)),
            cancellation);
        var published = host.Get<ConcurrentQueue<CaptionsScored>>();
        await Eventually.HoldsAsync("a result is published", () => published.Count == 1);

        foreach (var scored in published.Single().Captions)
        {
            scored.SampleScores[1].ShouldBe(Math.Sqrt(.5), 1e-12);
            scored.Score.ShouldBe((1 + Math.Sqrt(.5)) / 2, 1e-12);
        }
    }

    public static TheoryData<string, string> BadPacks => new()
    {
        { "no network", ": there is no model.onnx." },
        { "no configuration", ": there is no image_embedding.json." },
        { "no preprocessor", ": there is no preprocessor_config.json." },
        { "cut off", "/model.onnx: " },
        { "another size", "/preprocessor_config.json: it makes pictures of 4x4; model.onnx reads 2x2" },
        { "another value", "/model.onnx: its graph computes no value 'fc7'" },
        { "another hash", "/model.onnx: SHA-256 is " },
        { "an unknown key", "/image_embedding.json: centre is not known" },
    };

    [Theory, MemberData(nameof(BadPacks))]
    public async Task A_bad_pack_stops_it_at_start_with_one_line_that_names_the_file(string fault, string problem)
    {
        switch (fault)
        {
            case "no network": File.Delete(Path.Combine(folder.Path, "model.onnx")); break;
            case "no configuration": File.Delete(Path.Combine(folder.Path, "image_embedding.json")); break;
            case "no preprocessor": File.Delete(Path.Combine(folder.Path, "preprocessor_config.json")); break;
            case "cut off": folder.Write("model.onnx", EmbeddingFolder.Pixels[..^10]); break;
            case "another size": folder.WriteJson("preprocessor_config.json", EmbeddingFolder.Raw(4, 4)); break;
            case "another value": folder.WriteJson("image_embedding.json", new { model = "model.onnx", output = "fc7" }); break;
            case "another hash": folder.WriteManifest(new string('0', 64)); break;
            default: folder.WriteJson("image_embedding.json", new { model = "model.onnx", output = "pixels", centre = 1 }); break;
        }

        var message = (await Should.ThrowAsync<Exception>(StartAsync)).Message;

        message.ShouldStartWith(folder.Path + problem);
        message.ShouldNotContain("\n");
    }

    Task<PipelineHost> StartAsync() => PipelineHost.StartAsync(stack, builder =>
    {
        builder.Services.AddSingleton(new ConcurrentQueue<CaptionsScored>());
        builder.AddPipelineDefaults("similarity", bus => bus.AddConsumer<RewardStack.Listener>());
        builder.Services.AddConfiguredRewards(builder.Configuration);
    }, new Dictionary<string, string?>
    {
        ["Similarity:Rewards:eye:Type"] = "image-embedding",
        ["Similarity:Rewards:eye:Model"] = folder.Path,
    });

    static byte[] Plain(byte red, byte green) => EmbeddingFolder.Png([.. Enumerable.Repeat((red, green, (byte)0), 4)]);
}
