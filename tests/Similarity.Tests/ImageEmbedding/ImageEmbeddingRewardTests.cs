using Pipeline.Models.Pictures;
using Pipeline.Rewards;
using Pipeline.Similarity.ImageEmbedding;
using Pipeline.Testing;

namespace Pipeline.Similarity.Tests.ImageEmbedding;

/// <summary>The reward on a network that gives back pixels: pictures are their own embeddings.</summary>
public sealed class ImageEmbeddingRewardTests
{
    static readonly (string, byte[]) Red = ("red", Plain(100, 0, 0));
    static readonly (string, byte[]) Green = ("green", Plain(0, 100, 0));
    static readonly (string, byte[]) Both = ("both", Plain(50, 50, 0));
    static readonly (string, byte[]) Black = ("black", Plain(0, 0, 0));

    [Fact]
    public async Task Each_drawing_s_score_is_the_cosine_of_its_embedding_and_the_original_s()
    {
        using var folder = new EmbeddingFolder();
        using var reward = new ImageEmbeddingReward(folder.Files);

        var scores = await ScoreAsync(reward, EmbeddingFolder.Drawn(Red, [Red, Green, Both]), EmbeddingFolder.Drawn(Green, [Both]));

        scores[0].ShouldBe([1, 0, Math.Sqrt(.5)], 1e-12);
        scores[1].ShouldBe([Math.Sqrt(.5)], 1e-12);
    }

    [Fact]
    public async Task A_remembered_original_is_not_opened_again_and_changes_no_bit()
    {
        using var folder = new EmbeddingFolder();
        using var reward = new ImageEmbeddingReward(folder.Files);
        using var forgetful = new ImageEmbeddingReward(folder.Files, cachedBytes: 0);
        var opened = 0;
        var caption = EmbeddingFolder.Drawn(Both, [Red], () => opened++);

        var fresh = await ScoreAsync(reward, caption);
        (await ScoreAsync(reward, EmbeddingFolder.Drawn(Green, [Red]), caption))[1].ShouldBe(fresh[0]);
        opened.ShouldBe(1);
        (await ScoreAsync(forgetful, caption))[0].ShouldBe(fresh[0]);
    }

    // Its cosine would be NaN, or a number that somebody made up.
    [Fact]
    public async Task A_picture_whose_embedding_has_no_direction_is_an_error_that_names_it()
    {
        using var folder = new EmbeddingFolder();
        using var reward = new ImageEmbeddingReward(folder.Files);
        (await Should.ThrowAsync<InvalidDataException>(() => ScoreAsync(reward, EmbeddingFolder.Drawn(Red, [Black]))))
            .Message.ShouldBe("Picture 'black': its embedding is zero or not finite, so it has no cosine.");
    }

    [Fact]
    public async Task A_broken_picture_is_an_error_with_its_name()
    {
        using var folder = new EmbeddingFolder();
        using var reward = new ImageEmbeddingReward(folder.Files);
        (await Should.ThrowAsync<PictureException>(() => ScoreAsync(reward, EmbeddingFolder.Drawn(Red, [("broken", [1, 2, 3])]))))
            .Name.ShouldBe("broken");
    }

    [Fact]
    public void The_fingerprint_covers_the_network_its_external_data_and_both_configurations()
    {
        byte[] network = new OnnxBuilder().Input("image", OnnxBuilder.Float, -1, 3, 2, 2).Output("pixels", OnnxBuilder.Float, -1, 3, 2, 2)
            .ExternalWeights("w", "weights.pb", 1).Node("Mul", ["image", "w"], "pixels").Build();
        using var folder = new EmbeddingFolder(network: network);
        folder.Write("weights.pb", BitConverter.GetBytes(2f));
        string Fingerprint()
        {
            using var reward = new ImageEmbeddingReward(folder.Files);
            return reward.Model;
        }

        var fingerprints = new List<string> { Fingerprint() };
        Fingerprint().ShouldBe(fingerprints[0]);
        foreach (var (file, content) in new (string, byte[])[]
        {
            ("weights.pb", BitConverter.GetBytes(3f)),
            ("model.onnx", EmbeddingFolder.Pixels),
            ("image_embedding.json", [.. """{"model": "model.onnx", "output": "colours"}"""u8]),
            ("preprocessor_config.json", [.. """{"size": {"height": 2, "width": 2}}"""u8]),
        })
        {
            folder.Write(file, content);
            fingerprints.Add(Fingerprint());
        }
        fingerprints.Distinct().Count().ShouldBe(5);
        fingerprints.ShouldAllBe(fingerprint => fingerprint.Length == 64);
    }

    static async Task<IReadOnlyList<double[]>> ScoreAsync(ImageEmbeddingReward reward, params DrawingsToScore[] batch) =>
        [.. (await reward.ScoreAsync(batch, TestContext.Current.CancellationToken)).Select(scores => scores.ToArray())];

    static byte[] Plain(byte red, byte green, byte blue) => EmbeddingFolder.Png([.. Enumerable.Repeat((red, green, blue), 4)]);
}
