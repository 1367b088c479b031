using System.Security.Cryptography;
using Pipeline.Rewards;

namespace Pipeline.Similarity.Oracle;

/// <summary>
/// Compares captions with scenes that are known exactly: the score is F1, the details are all figures of <see cref="OracleScore"/>. A
/// measuring stick of the tiny world, meant for runs as a reward of weight 0.
/// </summary>
public sealed class OracleReward : ICaptionReward
{
    readonly SceneCatalogue scenes;
    readonly string file;

    /// <summary>Reads the scenes of the pictures from <paramref name="file"/>, see <see cref="SceneCatalogue.Load"/>.</summary>
    /// <exception cref="InvalidDataException">The file is no catalogue of scenes.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public OracleReward(string file)
    {
        this.file = file;
        scenes = SceneCatalogue.Load(file);
        Model = RewardFingerprint.Of(new { oracle = 1, scenes = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))) });
    }

    /// <inheritdoc/>
    public string Model { get; }

    /// <inheritdoc/>
    /// <exception cref="KeyNotFoundException">The scene of a picture is not known; the message names the picture and the file.</exception>
    public Task<IReadOnlyList<RewardScore>> ScoreAsync(IReadOnlyList<CaptionToScore> batch, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<RewardScore>>([.. batch.Select(Score)]);

    RewardScore Score(CaptionToScore caption)
    {
        if (!scenes.TryFind(caption.PictureSha256, out var scene))
            throw new KeyNotFoundException($"{file} has no scene for picture {caption.PictureSha256} (caption {caption.CaptionId}).");

        var score = SceneOracle.Score(caption.Text, scene);
        return new RewardScore(score.F1, Details: new Dictionary<string, double>
        {
            ["precision"] = score.Precision,
            ["recall"] = score.Recall,
            ["f1"] = score.F1,
            ["hallucination"] = score.Hallucination,
            ["grammatical"] = score.Grammatical ? 1 : 0,
        });
    }
}
