using Pipeline.Models;
using Pipeline.Models.Pictures;
using Pipeline.Onnx;
using Pipeline.Similarity.ImageEmbedding;

namespace Pipeline.Similarity.Tests.ImageEmbedding;

/// <summary>Against torchvision's VGG, exported to ONNX; tolerances are those of the fixture's README.</summary>
[Trait("Category", "Parity")]
public sealed class VggParity : IDisposable
{
    const double PixelTolerance = 1e-5, OutputTolerance = 1e-4, CosineTolerance = 2e-3;

    readonly VggFixture vgg = new();

    public void Dispose() => vgg.Dispose();

    [Fact]
    public void Pictures_are_preprocessed_as_in_the_reference()
    {
        var reference = vgg.Io.ReadSingles(vgg.Tensor.Name);
        for (var row = 0; row < vgg.Rows.Count; row++)
        {
            var pixels = Preprocess(vgg.Images[vgg.Rows[row]]);
            ShouldBeClose(pixels, reference[(row * pixels.Length)..((row + 1) * pixels.Length)], PixelTolerance, relative: 0);
        }
    }

    [Fact]
    public void Preprocessed_pictures_have_the_reference_s_statistics()
    {
        foreach (var (image, stats) in vgg.Images.Zip(vgg.Expected["preprocessed_stats"]!.AsArray()))
        {
            var pixels = Preprocess(image);
            var mean = pixels.Average(value => (double)value);
            mean.ShouldBe((double)stats!["mean"]!, 1e-4);
            Math.Sqrt(pixels.Average(value => (value - mean) * (value - mean))).ShouldBe((double)stats["std"]!, 1e-4);
            float[] first = [.. stats["first"]!.AsArray().Select(value => (float)value!)];
            ShouldBeClose(pixels[..first.Length], first, PixelTolerance, relative: 0);
        }
    }

    [Fact]
    public void Every_output_is_the_reference_s()
    {
        vgg.Outputs().ShouldNotBeEmpty();
        foreach (var output in vgg.Outputs())
            ShouldBeTheReference(output, Run(vgg.Network, output));
    }

    [Fact]
    public async Task The_reward_gives_the_reference_s_cosines_with_every_picture_as_original_and_as_drawing()
    {
        vgg.Outputs("cosine_").ShouldNotBeEmpty();
        foreach (var output in vgg.Outputs("cosine_"))
            await ShouldGiveCosinesAsync(output, "none", output);
    }

    [Fact]
    public async Task Pooling_a_feature_map_gives_the_cosines_of_the_outputs_that_are_pooled_in_the_network()
    {
        var maps = vgg.Outputs().Where(output => vgg.Io[output].Shape.Count == 4).ToArray();
        maps.ShouldNotBeEmpty();
        foreach (var map in maps)
        {
            var shape = vgg.Io[map].Shape;
            var pooled = vgg.Outputs("cosine_").Where(output => vgg.Io[output].Shape[^1] == shape[1]).ToArray();
            var flat = vgg.Outputs("cosine_").Where(output => vgg.Io[output].Shape[^1] == shape[1] * shape[2] * shape[3]).ToArray();
            pooled.Concat(flat).ShouldNotBeEmpty();
            foreach (var output in pooled)
                await ShouldGiveCosinesAsync(map, "mean", output);
            foreach (var output in flat)
                await ShouldGiveCosinesAsync(map, "flatten", output);
        }
    }

    [Fact]
    public void A_value_inside_the_network_becomes_an_output_and_changes_no_other()
    {
        var inner = Inner();
        vgg.Network.Outputs.Keys.ShouldNotContain(inner);
        using var exposed = OnnxModel.Load(vgg.Folder, vgg.Onnx, expose: inner);

        var value = Run(exposed, inner);
        value.Shape[0].ShouldBe(vgg.Rows.Count);
        value.Values.ShouldContain(number => number != 0);
        foreach (var output in vgg.Outputs())
            ShouldBeTheReference(output, Run(exposed, output));
    }

    [Fact]
    public async Task The_reward_looks_at_a_value_inside_the_network_too()
    {
        using var folder = vgg.Configured(Inner(), "flatten");
        using var reward = new ImageEmbeddingReward(folder.Files);
        var cosines = await CosinesAsync(reward, vgg.Images[0]);
        cosines[0].ShouldBe(1, 1e-12);
        cosines.ShouldContain(cosine => cosine < 1 - 1e-6);
    }

    /// <summary>The first value that the graph computes and does not give out.</summary>
    string Inner() => OnnxGraph.Read(vgg.Folder, vgg.Onnx).Values.First(value => !vgg.Network.Outputs.ContainsKey(value));

    async Task ShouldGiveCosinesAsync(string output, string pooling, string reference)
    {
        using var folder = vgg.Configured(output, pooling);
        using var reward = new ImageEmbeddingReward(folder.Files);
        var expected = vgg.Io.ReadSingles($"cosine_{reference}").Chunk(vgg.Images.Count).ToArray();
        for (var image = 0; image < vgg.Images.Count; image++)
            ShouldBeClose(await CosinesAsync(reward, vgg.Images[image]), expected[image], CosineTolerance, relative: 0);
    }

    /// <summary>An original's cosines with all pictures.</summary>
    async Task<float[]> CosinesAsync(ImageEmbeddingReward reward, string original)
    {
        var caption = EmbeddingFolder.Drawn(File(original), [.. vgg.Images.Select(File)]);
        var scores = await reward.ScoreAsync([caption], TestContext.Current.CancellationToken);
        return [.. scores[0].Select(score => (float)score)];
    }

    (string, byte[]) File(string image) => (image, vgg.Folder.ReadAllBytes(image));

    float[] Preprocess(string image)
    {
        using var file = vgg.Folder.OpenRead(image);
        return new PicturePreprocessor(vgg.Preprocessing).Preprocess(new PictureDecoder().Decode(file, image));
    }

    OnnxTensor Run(OnnxModel model, string output) => model.Run(output, [vgg.Input], TestContext.Current.CancellationToken);

    void ShouldBeTheReference(string output, OnnxTensor actual)
    {
        actual.Shape.Skip(1).Select(length => (long)length).ShouldBe(vgg.Io[output].Shape.Skip(1));
        var (reference, size) = (vgg.Io.ReadSingles(output), actual.Values.Length / vgg.Rows.Count);
        float[] rows = [.. vgg.Rows.SelectMany(row => reference[(row * size)..((row + 1) * size)])];
        ShouldBeClose(actual.Values, rows, OutputTolerance, OutputTolerance);
    }

    static void ShouldBeClose(float[] actual, float[] reference, double tolerance, double relative)
    {
        actual.Length.ShouldBe(reference.Length);
        actual.Zip(reference, (value, wanted) => Math.Abs(value - wanted) - relative * Math.Abs(wanted)).Max()
            .ShouldBeLessThanOrEqualTo(tolerance);
    }
}
