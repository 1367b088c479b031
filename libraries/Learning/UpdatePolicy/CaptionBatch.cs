using Pipeline.Captioner;
using Pipeline.Captioner.Configuration;
using static TorchSharp.torch;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>
/// A step's captions as tensors, B captions of at most T tokens, filled up on the right. The tokens are those that were sampled.
/// </summary>
/// <param name="Inputs">What the decoder is given: the start token and all tokens but the last, [B, T], int64.</param>
/// <param name="Tokens">The captions' tokens, [B, T], int64.</param>
/// <param name="Mask">1 on real tokens, the end token included, else 0, [B, T], single precision.</param>
/// <param name="BehaviourLogProbs">ln p as recorded when the tokens were sampled, [B, T], 0 on padding.</param>
/// <param name="Temperatures">What logits are divided by, [B, 1, 1]; null when that is 1 everywhere.</param>
/// <param name="Groups">Which picture each caption describes, numbered by first appearance, [B], int64.</param>
sealed record CaptionBatch(Tensor Inputs, Tensor Tokens, Tensor Mask, Tensor BehaviourLogProbs, Tensor? Temperatures, Tensor Groups)
{
    /// <summary>Checks the captions and lays them out.</summary>
    /// <exception cref="InvalidOperationException">
    /// A caption cannot have been sampled by this captioner; the message says which and why.
    /// </exception>
    public static CaptionBatch Create(IReadOnlyList<LearningCaption> captions, CaptionerConfig config, Device device)
    {
        foreach (var caption in captions)
        {
            if (Problem(caption, config) is { } problem)
                throw new InvalidOperationException($"Caption {caption.CaptionId} {problem}.");
        }

        var layout = TeacherForcing.Create([.. captions.Select(caption => caption.TokenIds)], config.Tokens, device);
        var length = (int)layout.Targets.size(1);
        var logprobs = new float[captions.Count * length];
        foreach (var (row, caption) in captions.Index())
            caption.LogProbs.ToArray().CopyTo(logprobs, row * length);
        List<string> pictures = [.. captions.Select(caption => caption.PictureSha256).Distinct()];
        return new(
            layout.Inputs, layout.Targets, layout.Mask.to_type(ScalarType.Float32),
            tensor(logprobs, device: device).view(captions.Count, length),
            captions.All(caption => caption.Temperature == 1)
                ? null : tensor(captions.Select(caption => (float)caption.Temperature).ToArray(), device: device).view(-1, 1, 1),
            tensor(captions.Select(caption => (long)pictures.IndexOf(caption.PictureSha256)).ToArray(), device: device));
    }

    static string? Problem(LearningCaption caption, CaptionerConfig config)
    {
        if (caption.TokenIds.Count == 0)
            return "has no tokens";
        if (caption.TokenIds.Count > config.Decoder.Positions)
            return $"has {caption.TokenIds.Count} tokens; the decoder has {config.Decoder.Positions} positions";
        if (caption.LogProbs.Count != caption.TokenIds.Count)
            return $"has {caption.TokenIds.Count} tokens but {caption.LogProbs.Count} log-probabilities";
        if (caption.TokenIds.Where(id => id < 0 || id >= config.Decoder.VocabularySize).ToList() is [var unknown, ..])
            return $"has the token {unknown}; the vocabulary has {config.Decoder.VocabularySize}";
        if (caption.TokenIds.SkipLast(1).Contains(config.Tokens.End))
            return $"goes on after its end token {config.Tokens.End}";
        if (!caption.LogProbs.All(logprob => float.IsFinite(logprob) && logprob <= 0))
            return "has a log-probability that is above 0 or not finite";
        return caption.Temperature > 0 && double.IsFinite(caption.Temperature) ? null : $"has the temperature {caption.Temperature}";
    }
}
