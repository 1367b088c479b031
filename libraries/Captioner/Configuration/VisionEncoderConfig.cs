namespace Pipeline.Captioner.Configuration;

/// <summary>The shape of a ViT (Dosovitskiy et al. 2021), as transformers' <c>ViTConfig</c>. Dropout is not here: it is never
/// applied.</summary>
/// <param name="HiddenSize">Width of the residual stream.</param>
/// <param name="Layers">Number of transformer layers.</param>
/// <param name="Heads">Attention heads; divides <paramref name="HiddenSize"/>.</param>
/// <param name="IntermediateSize">Width of the hidden layer of each MLP.</param>
/// <param name="Activation">The MLP's activation.</param>
/// <param name="ImageSize">Height and width of the input picture, in pixels.</param>
/// <param name="PatchSize">Height and width of a patch, in pixels; at most <paramref name="ImageSize"/>.</param>
/// <param name="Channels">Channels of the input picture.</param>
/// <param name="LayerNormEpsilon">Added to the variance in layer norms.</param>
/// <param name="HasQkvBias">Whether query, key and value projections have biases.</param>
public sealed record VisionEncoderConfig(
    int HiddenSize, int Layers, int Heads, int IntermediateSize, Activation Activation, int ImageSize, int PatchSize, int Channels,
    double LayerNormEpsilon, bool HasQkvBias)
{
    /// <summary>Length of the encoder's output sequence: one class token and the patches.</summary>
    public int SequenceLength => 1 + ImageSize / PatchSize * (ImageSize / PatchSize);

    internal static VisionEncoderConfig Read(ConfigSection section)
    {
        CaptionerConfig.RequireType(section, "vit");
        var config = new VisionEncoderConfig(
            HiddenSize: section.Size("hidden_size", 768),
            Layers: section.Size("num_hidden_layers", 12),
            Heads: section.Size("num_attention_heads", 12),
            IntermediateSize: section.Size("intermediate_size", 3072),
            Activation: Activations.Read(section, "hidden_act", "gelu"),
            ImageSize: section.Size("image_size", 224),
            PatchSize: section.Size("patch_size", 16),
            Channels: section.Size("num_channels", 3),
            LayerNormEpsilon: section.Positive("layer_norm_eps", 1e-12),
            HasQkvBias: section.Flag("qkv_bias", true));
        if (config.HiddenSize % config.Heads != 0)
            throw section.Error("num_attention_heads", $"is {config.Heads}, which does not divide hidden_size {config.HiddenSize}.");
        if (config.PatchSize > config.ImageSize)
            throw section.Error("patch_size", $"is {config.PatchSize}, more than image_size {config.ImageSize}.");
        return config;
    }
}
