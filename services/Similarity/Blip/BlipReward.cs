using Microsoft.Extensions.Caching.Memory;
using Pipeline.Captioner;
using Pipeline.Models;
using Pipeline.Models.Pictures;
using Pipeline.Models.Tokenizers;
using Pipeline.Rewards;
using static TorchSharp.torch;

namespace Pipeline.Similarity.Blip;

/// <summary>Which of BLIP's heads gives the score.</summary>
public enum BlipHead
{
    /// <summary>Image-text contrast: the cosine of the picture's and the caption's features, -1 to 1.</summary>
    Itc,

    /// <summary>Image-text matching: the probability that picture and caption match, 0 to 1.</summary>
    Itm,
}

/// <summary>
/// The retrieval reward: how well BLIP (Li et al. 2022) thinks that a caption fits its picture. Each picture is looked at once, on its own,
/// and remembered, so that what is remembered changes no score; the captions of a batch are read together.
/// </summary>
public sealed class BlipReward : ICaptionReward, IDisposable
{
    static readonly string[] DecidingFiles =
    [
        "config.json", "model.safetensors", "preprocessor_config.json",
        "vocab.txt", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    ];

    readonly BlipRetrieval model;
    readonly BertWordPieces tokenizer;
    readonly PicturePreprocessor preprocessor;
    readonly PictureDecoder decoder = new();
    readonly BlipHead head;
    readonly BlipCleaning cleaning;
    readonly MemoryCache pictures;

    /// <summary>Loads a BLIP in Hugging Face layout: configuration, weights, word pieces, preprocessor.</summary>
    /// <param name="files">The model.</param>
    /// <param name="head">Which head gives the score.</param>
    /// <param name="cleaning">What is done to captions first.</param>
    /// <param name="cachedBytes">The most memory for what was seen in pictures.</param>
    /// <param name="device">Where it is computed; that of <see cref="TorchRuntime"/> by default.</param>
    /// <exception cref="InvalidDataException">Its parts do not fit together; the message says which.</exception>
    public BlipReward(
        IModelFiles files, BlipHead head = BlipHead.Itc, BlipCleaning? cleaning = null, long cachedBytes = 256L << 20, Device? device = null)
    {
        this.head = head;
        this.cleaning = cleaning ?? new BlipCleaning();
        Device = device ?? TorchRuntime.Device;
        tokenizer = BertWordPieces.Load(files);
        preprocessor = PicturePreprocessor.Load(files);
        model = BlipRetrieval.Load(files, Device);
        pictures = new MemoryCache(new MemoryCacheOptions { SizeLimit = cachedBytes });
        RequireFit(files.Name);
        Model = RewardFingerprint.Of(new { head = head.ToString(), this.cleaning }, files, DecidingFiles);
    }

    /// <inheritdoc/>
    public string Model { get; }

    /// <summary>Where it is computed.</summary>
    public Device Device { get; }

    /// <inheritdoc/>
    /// <exception cref="PictureException">A picture cannot be decoded; the message names its SHA-256.</exception>
    public async Task<IReadOnlyList<RewardScore>> ScoreAsync(IReadOnlyList<CaptionToScore> batch, CancellationToken cancellation)
    {
        var seen = new List<float[]>();
        foreach (var caption in batch)
            seen.Add(await SeeAsync(caption, cancellation));
        return Score([.. batch.Select(caption => caption.Text)], seen);
    }

    /// <summary>Frees the network.</summary>
    public void Dispose()
    {
        pictures.Dispose();
        model.Dispose();
    }

    /// <summary>What the head needs of the picture: its feature, or the vision tower's last hidden state.</summary>
    async Task<float[]> SeeAsync(CaptionToScore caption, CancellationToken cancellation)
    {
        if (pictures.TryGetValue(caption.PictureSha256, out float[]? seen))
            return seen!;

        await using var file = await caption.OpenPictureAsync(cancellation);
        seen = See(preprocessor.Preprocess(decoder.Decode(file, caption.PictureSha256)));
        pictures.Set(caption.PictureSha256, seen, new MemoryCacheEntryOptions { Size = seen.Length * sizeof(float) });
        return seen;
    }

    float[] See(float[] pixels)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var hidden = model.Vision.Forward(tensor(pixels, [1, 3, preprocessor.Height, preprocessor.Width], device: Device));
        return (head == BlipHead.Itc ? model.PictureFeature(hidden) : hidden).cpu().data<float>().ToArray();
    }

    List<RewardScore> Score(IReadOnlyList<string> captions, List<float[]> seen)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var encoded = captions.Select(text => tokenizer.Encode(cleaning.Clean(text), cleaning.MaxTokens));
        var texts = TokenBatch.Pad([.. encoded], tokenizer.Padding);
        var ids = tensor(texts.Ids, [texts.Rows, texts.Columns], device: Device);
        var mask = tensor(texts.Mask, [texts.Rows, texts.Columns], device: Device);
        var pictures = stack(seen.Select(values => tensor(values, device: Device)));

        // Pair by pair: n pictures and n captions give n scores, not n x n.
        Tensor Cosines() => (pictures * model.TextFeature(model.Text.Forward(ids, mask))).sum(-1);
        Tensor Matches()
        {
            var hidden = pictures.unflatten(1, [-1, model.Config.Vision.HiddenSize]);
            return model.MatchLogits(model.Text.Forward(ids, mask, hidden)).softmax(-1).select(1, 1);
        }

        var scores = head == BlipHead.Itc ? Cosines() : Matches();
        return [.. scores.cpu().data<float>().ToArray().Select(score => new RewardScore(score))];
    }

    void RequireFit(string name)
    {
        var (size, text) = (model.Config.Vision.ImageSize, model.Config.Text);
        if (preprocessor.Height != size || preprocessor.Width != size)
            throw Misfit($"preprocessor_config.json makes {preprocessor.Height}x{preprocessor.Width}; config.json's image_size is {size}");
        if (tokenizer.Count > text.VocabularySize)
            throw Misfit($"vocab.txt has {tokenizer.Count} tokens; config.json has {text.VocabularySize}");
        if (cleaning.MaxTokens > text.Positions)
            throw Misfit($"captions may have {cleaning.MaxTokens} tokens; config.json has {text.Positions} positions");

        InvalidDataException Misfit(string problem)
        {
            Dispose();
            return new InvalidDataException($"{name}: {problem}.");
        }
    }
}
