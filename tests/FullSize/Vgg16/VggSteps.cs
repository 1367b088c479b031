using System.Globalization;
using Pipeline.FullSize.Measuring;
using Pipeline.FullSize.Weights;
using Pipeline.Models;
using Pipeline.Onnx;
using Pipeline.Rewards;
using Pipeline.Similarity.ImageEmbedding;

namespace Pipeline.FullSize.Vgg16;

/// <summary>What Similarity does with VGG-16 in a step.</summary>
static class VggSteps
{
    /// <summary>Compares five drawings with their original; gives the features' number and the cosines. Argument: the model's folder.</summary>
    public static async Task<IReadOnlyList<string>> ScoreAsync(Stage stage, string[] arguments)
    {
        var options = new OnnxOptions { Threads = Measured.Threads };
        var drawings = Enumerable.Range(1, 5).Select(sample => new DrawingToScore(sample, $"{sample}", _ => Picture(sample)));
        using var reward = stage.Loaded(new ImageEmbeddingReward(new ModelFolder(arguments[0]), options: options));
        var scores = stage.Done(await reward.ScoreAsync(
            [new DrawingsToScore(Guid.NewGuid(), "a picture", "0", _ => Picture(0), [.. drawings])], default));
        return [$"{reward.Dimension}", .. scores[0].Select(score => score.ToString(CultureInfo.InvariantCulture))];
    }

    static Task<Stream> Picture(int number) => Task.FromResult<Stream>(new MemoryStream(Noise.Png(number, 512)));
}
