namespace Pipeline.Captioner.Configuration;

/// <summary>The tokens that begin, end and fill up a caption. They may be three different ones or one and the same.</summary>
/// <param name="Start">What the decoder is given first.</param>
/// <param name="End">What ends a caption.</param>
/// <param name="Pad">What fills up shorter captions of a batch.</param>
public sealed record SpecialTokens(int Start, int End, int Pad)
{
    /// <summary>
    /// Each id from the first place that has it: generation configuration, model configuration, decoder configuration. A missing start is
    /// the begin-of-text token and a missing pad the end token, as in transformers' <c>generate</c>.
    /// </summary>
    internal static SpecialTokens Read(ConfigSection? generation, ConfigSection config, ConfigSection decoder, int vocabularySize)
    {
        int? Find(string key)
        {
            foreach (var section in new[] { generation, config, decoder })
            {
                if (section?.TokenId(key) is not { } id) continue;
                return id < vocabularySize ? id : throw section.Error(key, $"is {id}, but the vocabulary has {vocabularySize} tokens.");
            }
            return null;
        }

        var end = Find("eos_token_id") ?? throw config.Error("eos_token_id", "is missing.");
        var start = Find("decoder_start_token_id") ?? Find("bos_token_id") ?? throw config.Error("decoder_start_token_id", "is missing.");
        return new SpecialTokens(start, end, Find("pad_token_id") ?? end);
    }
}
