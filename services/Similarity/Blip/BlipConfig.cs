using Pipeline.Captioner.Configuration;
using Pipeline.Models;

namespace Pipeline.Similarity.Blip;

/// <summary>The shape of BLIP's vision tower, as transformers' <c>BlipVisionConfig</c>.</summary>
/// <param name="HiddenSize">Width of the residual stream.</param>
/// <param name="Layers">Number of transformer layers.</param>
/// <param name="Heads">Attention heads; divides <paramref name="HiddenSize"/>.</param>
/// <param name="IntermediateSize">Width of the hidden layer of each MLP.</param>
/// <param name="Activation">The MLP's activation.</param>
/// <param name="ImageSize">Height and width of the input picture, in pixels.</param>
/// <param name="PatchSize">Height and width of a patch, in pixels; at most <paramref name="ImageSize"/>.</param>
/// <param name="LayerNormEpsilon">Added to the variance in layer norms.</param>
public sealed record BlipVisionConfig(
    int HiddenSize, int Layers, int Heads, int IntermediateSize, Activation Activation, int ImageSize, int PatchSize,
    double LayerNormEpsilon)
{
    /// <summary>Length of the output sequence: one class token and the patches.</summary>
    public int SequenceLength => 1 + ImageSize / PatchSize * (ImageSize / PatchSize);
}

/// <summary>The shape of BLIP's text tower, a BERT with cross attention, as transformers' <c>BlipTextConfig</c>.</summary>
/// <param name="VocabularySize">Number of tokens, [DEC] and [ENC] included.</param>
/// <param name="Positions">Longest text, in tokens.</param>
/// <param name="HiddenSize">Width of the residual stream.</param>
/// <param name="Layers">Number of transformer layers.</param>
/// <param name="Heads">Attention heads; divides <paramref name="HiddenSize"/>.</param>
/// <param name="IntermediateSize">Width of the hidden layer of each MLP.</param>
/// <param name="Activation">The MLP's activation.</param>
/// <param name="LayerNormEpsilon">Added to the variance in layer norms.</param>
public sealed record BlipTextConfig(
    int VocabularySize, int Positions, int HiddenSize, int Layers, int Heads, int IntermediateSize, Activation Activation,
    double LayerNormEpsilon);

/// <summary>The shape of a BLIP for image-text retrieval, as transformers' <c>BlipConfig</c>.</summary>
/// <param name="Vision">The vision tower.</param>
/// <param name="Text">The text tower; its cross attention reads the vision tower's width.</param>
/// <param name="FeatureSize">Width of the features that are compared (<c>image_text_hidden_size</c>).</param>
public sealed record BlipConfig(BlipVisionConfig Vision, BlipTextConfig Text, int FeatureSize)
{
    /// <summary>Reads <c>config.json</c>; an absent key has transformers' default.</summary>
    /// <exception cref="ConfigException">A key has a value that is invalid or not supported.</exception>
    /// <exception cref="FileNotFoundException">There is no <c>config.json</c>.</exception>
    public static BlipConfig Load(IModelFiles files) => Parse($"{files.Name}/config.json", files.ReadAllBytes("config.json"));

    /// <summary>Reads the text of a <c>config.json</c>; <paramref name="file"/> is its name in messages.</summary>
    /// <exception cref="ConfigException">A key has a value that is invalid or not supported.</exception>
    public static BlipConfig Parse(string file, ReadOnlyMemory<byte> json)
    {
        var config = ConfigSection.Parse(file, json);
        RequireType(config, "blip");
        return new BlipConfig(
            ReadVision(config.Section("vision_config")), ReadText(config.Section("text_config")),
            config.Size("image_text_hidden_size", 256));
    }

    static BlipVisionConfig ReadVision(ConfigSection section)
    {
        RequireType(section, "blip_vision_model");
        var config = new BlipVisionConfig(
            HiddenSize: section.Size("hidden_size", 768),
            Layers: section.Size("num_hidden_layers", 12),
            Heads: section.Size("num_attention_heads", 12),
            IntermediateSize: section.Size("intermediate_size", 3072),
            Activation: Activations.Read(section, "hidden_act", "gelu"),
            ImageSize: section.Size("image_size", 384),
            PatchSize: section.Size("patch_size", 16),
            LayerNormEpsilon: section.Positive("layer_norm_eps", 1e-5));
        RequireHeads(section, config.Heads, config.HiddenSize);
        if (config.PatchSize > config.ImageSize)
            throw section.Error("patch_size", $"is {config.PatchSize}, more than image_size {config.ImageSize}.");
        return config;
    }

    static BlipTextConfig ReadText(ConfigSection section)
    {
        RequireType(section, "blip_text_model");
        var config = new BlipTextConfig(
            VocabularySize: section.Size("vocab_size", 30524),
            Positions: section.Size("max_position_embeddings", 512),
            HiddenSize: section.Size("hidden_size", 768),
            Layers: section.Size("num_hidden_layers", 12),
            Heads: section.Size("num_attention_heads", 8),
            IntermediateSize: section.Size("intermediate_size", 3072),
            Activation: Activations.Read(section, "hidden_act", "gelu"),
            LayerNormEpsilon: section.Positive("layer_norm_eps", 1e-12));
        RequireHeads(section, config.Heads, config.HiddenSize);
        return config;
    }

    static void RequireType(ConfigSection section, string type)
    {
        if (section.Text("model_type", type) is var found && found != type)
            throw section.Error("model_type", $"is {found}; {type} is supported.");
    }

    static void RequireHeads(ConfigSection section, int heads, int hiddenSize)
    {
        if (hiddenSize % heads != 0)
            throw section.Error("num_attention_heads", $"is {heads}, which does not divide hidden_size {hiddenSize}.");
    }
}
