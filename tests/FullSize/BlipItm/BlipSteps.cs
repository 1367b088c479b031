using System.Globalization;
using Pipeline.FullSize.Measuring;
using Pipeline.FullSize.Weights;
using Pipeline.Models;
using Pipeline.Rewards;
using Pipeline.Similarity.Blip;

namespace Pipeline.FullSize.BlipItm;

/// <summary>What Similarity does with BLIP in a step.</summary>
static class BlipSteps
{
    /// <summary>Scores four captions of four pictures. Arguments: the model's folder, the head.</summary>
    public static async Task<IReadOnlyList<string>> ScoreAsync(Stage stage, string[] arguments)
    {
        CaptionToScore[] captions = [.. Enumerable.Range(0, 4).Select(number => new CaptionToScore(
            Guid.NewGuid(), $"a picture of {number} things that nobody ever saw", $"{number}",
            _ => Task.FromResult<Stream>(new MemoryStream(Noise.Png(number, 384)))))];
        using var reward = stage.Loaded(new BlipReward(new ModelFolder(arguments[0]), Enum.Parse<BlipHead>(arguments[1])));
        var scores = stage.Done(await reward.ScoreAsync(captions, default));
        return [.. scores.Select(score => score.Score.ToString(CultureInfo.InvariantCulture))];
    }
}
