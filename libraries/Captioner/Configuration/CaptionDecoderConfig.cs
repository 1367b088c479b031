namespace Pipeline.Captioner.Configuration;

/// <summary>
/// The shape of a GPT-2 (Radford et al. 2019) with cross attention, as transformers' <c>GPT2Config</c>. Dropout is not here: it is never
/// applied, because a policy that drops units while it is scored is another policy than the one that spoke.
/// </summary>
/// <param name="VocabularySize">Number of tokens.</param>
/// <param name="Positions">Longest sequence, in tokens.</param>
/// <param name="Width">Width of the residual stream (<c>n_embd</c>).</param>
/// <param name="Layers">Number of transformer layers.</param>
/// <param name="Heads">Attention heads; divides <paramref name="Width"/>.</param>
/// <param name="InnerWidth">Width of the hidden layer of each MLP (<c>n_inner</c>; 4 times the width when that is null).</param>
/// <param name="Activation">The MLP's activation.</param>
/// <param name="LayerNormEpsilon">Added to the variance in layer norms.</param>
/// <param name="ScalesAttention">Whether attention scores are divided by the square root of the head's width.</param>
/// <param name="ScalesAttentionByLayer">Whether the scores of layer i (from 0) are divided by i + 1 as well.</param>
/// <param name="TiesHead">Whether the output layer is the token embedding.</param>
public sealed record CaptionDecoderConfig(
    int VocabularySize, int Positions, int Width, int Layers, int Heads, int InnerWidth, Activation Activation, double LayerNormEpsilon,
    bool ScalesAttention, bool ScalesAttentionByLayer, bool TiesHead)
{
    /// <summary>Width of one attention head.</summary>
    public int HeadWidth => Width / Heads;

    internal static CaptionDecoderConfig Read(ConfigSection section)
    {
        CaptionerConfig.RequireType(section, "gpt2");
        if (!section.Flag("add_cross_attention", true))
            throw section.Error("add_cross_attention", "is false: this decoder cannot see a picture.");
        var width = section.Size("n_embd", 768);
        var config = new CaptionDecoderConfig(
            VocabularySize: section.Size("vocab_size", 50257),
            Positions: section.Size("n_positions", 1024),
            Width: width,
            Layers: section.Size("n_layer", 12),
            Heads: section.Size("n_head", 12),
            InnerWidth: section.Size("n_inner", 4 * width),
            Activation: Activations.Read(section, "activation_function", "gelu_new"),
            LayerNormEpsilon: section.Positive("layer_norm_epsilon", 1e-5),
            ScalesAttention: section.Flag("scale_attn_weights", true),
            ScalesAttentionByLayer: section.Flag("scale_attn_by_inverse_layer_idx", false),
            TiesHead: section.Flag("tie_word_embeddings", true));
        return width % config.Heads == 0
            ? config
            : throw section.Error("n_head", $"is {config.Heads}, which does not divide n_embd {width}.");
    }
}
