using Pipeline.Models;

namespace Pipeline.Captioner.Configuration;

/// <summary>
/// A captioner's shape, from the files that transformers' <c>VisionEncoderDecoderModel</c> saves: a ViT that looks and a GPT-2 with cross
/// attention that speaks.
/// </summary>
/// <param name="Encoder">The vision encoder.</param>
/// <param name="Decoder">The caption decoder.</param>
/// <param name="Tokens">The special tokens.</param>
public sealed record CaptionerConfig(VisionEncoderConfig Encoder, CaptionDecoderConfig Decoder, SpecialTokens Tokens)
{
    /// <summary>
    /// Whether <c>enc_to_dec_proj</c> stands between encoder and decoder: exactly when their widths differ (transformers has a second
    /// condition, <c>cross_attention_hidden_size</c>, which GPT-2's cross attention cannot make use of).
    /// </summary>
    public bool HasProjection => Encoder.HiddenSize != Decoder.Width;

    /// <summary>Reads <c>config.json</c> and, for the special tokens, <c>generation_config.json</c> when there is one.</summary>
    /// <exception cref="ConfigException">A key has a value that is invalid or not supported.</exception>
    /// <exception cref="FileNotFoundException">There is no <c>config.json</c>.</exception>
    public static CaptionerConfig Load(IModelFiles files)
    {
        var config = Parse(files, "config.json");
        var generation = files.Exists("generation_config.json") ? Parse(files, "generation_config.json") : null;
        RequireType(config, "vision-encoder-decoder");

        var encoder = VisionEncoderConfig.Read(config.Section("encoder"));
        var decoderSection = config.Section("decoder");
        var decoder = CaptionDecoderConfig.Read(decoderSection);
        if (decoderSection.OptionalSize("cross_attention_hidden_size") is { } cross
            && (cross != encoder.HiddenSize || cross != decoder.Width))
        {
            throw decoderSection.Error("cross_attention_hidden_size",
                $"is {cross}; GPT-2's cross attention needs it null, or equal to encoder.hidden_size ({encoder.HiddenSize}) "
                + $"and decoder.n_embd ({decoder.Width}).");
        }
        return new CaptionerConfig(encoder, decoder, SpecialTokens.Read(generation, config, decoderSection, decoder.VocabularySize));
    }

    internal static void RequireType(ConfigSection section, string type)
    {
        var found = section.Text("model_type", "missing");
        if (found != type) throw section.Error("model_type", $"is {found}; {type} is supported.");
    }

    static ConfigSection Parse(IModelFiles files, string path) => ConfigSection.Parse($"{files.Name}/{path}", files.ReadAllBytes(path));
}
