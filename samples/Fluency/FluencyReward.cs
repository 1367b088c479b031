using Pipeline.Captioner;
using Pipeline.Models;
using Pipeline.Models.Pictures;
using Pipeline.Rewards;

namespace Pipeline.Fluency;

/// <summary>
/// How easily a captioner that is not trained would have said it: the mean of ln p over the caption's tokens and its end, given the
/// picture; at most 0. The detail <c>perplexity</c> is exp of its negative.
/// </summary>
public sealed class FluencyReward : ICaptionReward, IDisposable
{
    const int RememberedPictures = 256;

    static readonly string[] DecidingFiles =
    [
        "config.json", "generation_config.json", "model.safetensors", "preprocessor_config.json", "vocab.json", "merges.txt",
        "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    ];

    readonly CaptionModel captioner;
    readonly PictureDecoder decoder = new();
    readonly EncodedPictures pictures = new(RememberedPictures);

    /// <summary>Loads the captioner.</summary>
    /// <param name="files">A checkpoint in Hugging Face layout, see <see cref="CaptionModel.Load"/>.</param>
    public FluencyReward(IModelFiles files)
    {
        captioner = CaptionModel.Load(files);
        Model = RewardFingerprint.Of(new { fluency = 1 }, files, DecidingFiles);
    }

    /// <inheritdoc/>
    public string Model { get; }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RewardScore>> ScoreAsync(IReadOnlyList<CaptionToScore> batch, CancellationToken cancellation)
    {
        var pixels = new Dictionary<string, float[]>();
        foreach (var caption in batch.DistinctBy(caption => caption.PictureSha256))
        {
            await using var file = await caption.OpenPictureAsync(cancellation);
            pixels[caption.PictureSha256] = captioner.Preprocessor.Preprocess(decoder.Decode(file, caption.PictureSha256));
        }
        return Score(batch, pixels);
    }

    /// <summary>Frees the captioner.</summary>
    public void Dispose()
    {
        pictures.Dispose();
        captioner.Dispose();
    }

    List<RewardScore> Score(IReadOnlyList<CaptionToScore> batch, Dictionary<string, float[]> pixels)
    {
        (string Picture, IReadOnlyList<int> TokenIds)[] captions = [.. batch.Select(caption => (caption.PictureSha256, (IReadOnlyList<int>)Tokens(caption.Text)))];
        var logProbs = CaptionLikelihood.LogProbs(captioner, pictures, "reference", captions, picture => pixels[picture]);
        return [.. captions.Zip(logProbs, (caption, logProb) => Scored(logProb / caption.TokenIds.Count))];
    }

    static RewardScore Scored(double mean) => new(mean, Details: new Dictionary<string, double> { ["perplexity"] = Math.Exp(-mean) });

    int[] Tokens(string caption) => [.. captioner.Tokenizer.Encode(caption), captioner.Config.Tokens.End];
}
