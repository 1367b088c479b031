using Pipeline.Captioner.Configuration;
using Pipeline.Onnx;
using Pipeline.Similarity.ImageEmbedding;

namespace Pipeline.Similarity.Tests.ImageEmbedding;

/// <summary>What is taken from a network's output, and everything that can be wrong with a folder.</summary>
public sealed class ImageEmbedderTests
{
    /// <summary>Red: 10 20 / 30 40, green: 1 1 / 3 3, blue: 0 0 / 0 8.</summary>
    static readonly byte[] Picture = EmbeddingFolder.Png((10, 1, 0), (20, 1, 0), (30, 3, 0), (40, 3, 8));

    [Theory]
    [InlineData("colours", null, new float[] { 25, 2, 2 })]
    [InlineData("colours", "none", new float[] { 25, 2, 2 })]
    [InlineData("pixels", "mean", new float[] { 25, 2, 2 })]
    [InlineData("pixels", "max", new float[] { 40, 3, 8 })]
    [InlineData("pixels", "flatten", new float[] { 10, 20, 30, 40, 1, 1, 3, 3, 0, 0, 0, 8 })]
    [InlineData("rows", "cls", new float[] { 15, 35 })]
    [InlineData("rows", "mean", new float[] { 16 / 3f, 14 })]
    [InlineData("rows", "max", new float[] { 15, 35 })]
    [InlineData("rows", "flatten", new float[] { 15, 35, 1, 3, 0, 4 })]
    public void Any_value_of_the_network_is_pooled_over_places_or_tokens(string output, string? pooling, float[] expected)
    {
        using var folder = new EmbeddingFolder(new { model = "model.onnx", output, pooling });
        Embed(folder).ShouldBe(expected);
    }

    [Fact]
    public void The_centre_is_subtracted()
    {
        using var folder = new EmbeddingFolder(new { model = "model.onnx", output = "colours", center = new[] { 20, 2.5, -1 } });
        Embed(folder).ShouldBe([5, -.5f, 3]);
    }

    [Fact]
    public void The_input_can_be_named()
    {
        using var folder = new EmbeddingFolder(new { model = "model.onnx", output = "colours", input = "image" });
        Embed(folder).ShouldBe([25, 2, 2]);
    }

    public static TheoryData<string, string> BadConfigurations => new()
    {
        { "{", "the file is no valid JSON" },
        { "[]", "the file holds no JSON object" },
        { """{"output": "pixels"}""", "model is missing" },
        { """{"model": "model.onnx"}""", "output is missing" },
        { """{"model": 1, "output": "pixels"}""", "model is 1; a text is needed" },
        { """{"model": "model.onnx", "output": ""}""", "output is \"\"; a text is needed" },
        { """{"model": "model.onnx", "output": "pixels", "centre": []}""", "centre is not known" },
        { """{"model": "model.onnx", "output": "pixels", "pooling": "avg"}""", "pooling is 'avg'; none, mean, max, cls and flatten" },
        { """{"model": "model.onnx", "output": "pixels"}""", "pooling does not fit output 'pixels' of model.onnx: pooling none needs" },
        { """{"model": "model.onnx", "output": "pixels", "pooling": "cls"}""", "needs [1, T, D]; the output has the shape [1, 3, 2, 2]" },
        { """{"model": "model.onnx", "output": "colours", "pooling": "mean"}""", "needs [1, C, H, W] or [1, T, D]" },
        { """{"model": "model.onnx", "output": "colours", "center": "mean"}""", "center is no list of numbers" },
        { """{"model": "model.onnx", "output": "colours", "center": [1, null, 3]}""", "center is no list of numbers" },
        { """{"model": "model.onnx", "output": "colours", "center": [1, 2]}""", "center has 2 numbers; the embedding has 3" },
        { """{"model": "model.onnx", "output": "colours", "input": "data"}""", "input is 'data'; model.onnx has image Float[?,3,2,2]" },
    };

    [Theory, MemberData(nameof(BadConfigurations))]
    public void A_bad_configuration_is_an_error_of_one_line_that_names_file_and_key(string json, string problem)
    {
        using var folder = new EmbeddingFolder();
        folder.Write("image_embedding.json", System.Text.Encoding.UTF8.GetBytes(json));
        var message = Should.Throw<ConfigException>(() => new ImageEmbedder(folder.Files)).Message;
        message.ShouldStartWith($"{folder.Path}/image_embedding.json: ");
        message.ShouldContain(problem);
        message.ShouldNotContain("\n");
    }

    [Fact]
    public void A_value_that_the_network_does_not_compute_is_named_with_those_that_it_does()
    {
        using var folder = new EmbeddingFolder(new { model = "model.onnx", output = "fc7" });
        Should.Throw<OnnxException>(() => new ImageEmbedder(folder.Files)).Message.ShouldBe(
            $"{folder.Path}/model.onnx: its graph computes no value 'fc7'; the last it computes are pixels, rows, colours");
    }

    [Theory]
    [InlineData("""{"size": {"height": 2, "width": 3}}""", "it makes pictures of 2x3; model.onnx reads 2x2")]
    [InlineData("""{"size": {"shortest_edge": 2}, "do_center_crop": false}""", "needs a crop_size")]
    [InlineData("""{"image_std": [1, 1, 0]}""", "image_std contains 0")]
    [InlineData("""{"crop_rounding": "up"}""", "crop_rounding up is not known")]
    public void A_preprocessor_that_is_wrong_or_does_not_fit_the_network_is_an_error_that_names_its_file(string json, string problem)
    {
        using var folder = new EmbeddingFolder();
        folder.Write("preprocessor_config.json", System.Text.Encoding.UTF8.GetBytes(json));
        var message = Should.Throw<InvalidDataException>(() => new ImageEmbedder(folder.Files)).Message;
        message.ShouldStartWith($"{folder.Path}/preprocessor_config.json: ");
        message.ShouldContain(problem);
    }

    static float[] Embed(EmbeddingFolder folder)
    {
        using var embedder = new ImageEmbedder(folder.Files);
        var embedding = embedder.Embed(new MemoryStream(Picture), "picture", TestContext.Current.CancellationToken);
        embedder.Dimension.ShouldBe(embedding.Length);
        return embedding;
    }
}
