using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Pipeline.Models;
using Pipeline.Rewards;
using Pipeline.Similarity.Blip;
using Pipeline.Similarity.ImageEmbedding;
using Pipeline.Similarity.Oracle;
using Pipeline.Testing;

namespace Pipeline.Similarity.Tests;

/// <summary>The rewards on the embedded pack, against the figures that its builder wrote down.</summary>
public sealed class TinyPackTests
{
    static readonly string Pack = Path.Combine(Repository.Root, "models", "tiny");

    [Theory]
    [InlineData(BlipHead.Itc, "itc_cosine")]
    [InlineData(BlipHead.Itm, "itm_probability")]
    public async Task Blip_scores_the_pack_s_captions_as_its_builder_did(BlipHead head, string figure)
    {
        using var reward = new BlipReward(new ModelFolder(Path.Combine(Pack, "blip")), head);
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(Pack, "expected.json")))!["pictures"]!.AsArray();
        expected.ShouldNotBeEmpty();
        foreach (var picture in expected)
        {
            var captions = picture!["blip"]!.AsArray();
            var scores = await reward.ScoreAsync(
                [.. captions.Select(caption => Caption((string)caption!["caption"]!, (string)picture["file"]!))],
                TestContext.Current.CancellationToken);
            for (var i = 0; i < captions.Count; i++)
                scores[i].Score.ShouldBe((double)captions[i]![figure]!, 1e-4);
        }
    }

    [Fact]
    public void The_VGG_embeds_the_pack_s_pictures_as_its_builder_did()
    {
        using var embedder = new ImageEmbedder(new ModelFolder(Path.Combine(Pack, "vgg")));
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(Pack, "expected-diffusion.json")))!["vgg"]!;
        var files = expected["files"]!.AsArray().Select(file => (string)file!).ToArray();

        var embeddings = files.Select(file =>
        {
            using var picture = File.OpenRead(Path.Combine(Pack, file));
            return embedder.Embed(picture, file, TestContext.Current.CancellationToken);
        }).ToArray();

        foreach (var (embedding, figures) in embeddings.Zip(expected["centred_embeddings"]!.AsArray()))
        {
            var first = figures!["first"]!.AsArray().Select(value => (double)value!).ToArray();
            for (var i = 0; i < first.Length; i++) embedding[i].ShouldBe((float)first[i], 0.01f);
            Norm(embedding).ShouldBe((double)figures["norm"]!, 0.01);
        }

        for (var i = 0; i < files.Length; i++)
            (embeddings[0].Zip(embeddings[i], (a, b) => (double)a * b).Sum() / Norm(embeddings[0]) / Norm(embeddings[i]))
                .ShouldBe((double)expected["cosine_to_first"]![i]!, 2e-3, files[i]);

        static double Norm(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));
    }

    [Fact]
    public async Task The_oracle_gives_f1_as_the_score_and_all_figures_as_details()
    {
        var reward = new OracleReward(Path.Combine(Pack, "scenes.json"));
        var picture = Directory.EnumerateFiles(Path.Combine(Pack, "pictures"), "*.png", SearchOption.AllDirectories).First();

        var score = (await reward.ScoreAsync([Caption("a picture of nothing", picture)], TestContext.Current.CancellationToken)).Single();

        score.Score.ShouldBe(0);
        score.Details!.Keys.ShouldBe(["precision", "recall", "f1", "hallucination", "grammatical"], ignoreOrder: true);
        (score.Details["hallucination"], score.Details["grammatical"]).ShouldBe((1, 0));
    }

    [Fact]
    public async Task A_picture_whose_scene_is_not_known_is_an_error_that_names_it()
    {
        var reward = new OracleReward(Path.Combine(Pack, "scenes.json"));
        var stranger = new CaptionToScore(Guid.NewGuid(), "a circle", new string('0', 64), _ => Task.FromResult(Stream.Null));
        (await Should.ThrowAsync<KeyNotFoundException>(() => reward.ScoreAsync([stranger], TestContext.Current.CancellationToken)))
            .Message.ShouldContain(stranger.PictureSha256);
    }

    static CaptionToScore Caption(string text, string picture)
    {
        var file = Path.Combine(Pack, picture);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
        return new CaptionToScore(Guid.NewGuid(), text, sha256, _ => Task.FromResult<Stream>(File.OpenRead(file)));
    }
}
