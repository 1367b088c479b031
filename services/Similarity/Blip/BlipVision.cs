using Pipeline.Captioner.Configuration;
using Pipeline.Captioner.Networks;
using Pipeline.Captioner.Weights;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Pipeline.Similarity.Blip;

/// <summary>
/// BLIP's vision tower (Li et al. 2022, arXiv 2201.12086), with the parameters of transformers' <c>BlipVisionModel</c>: a pre-norm ViT
/// whose query, key and value are one linear map.
/// </summary>
public sealed class BlipVision
{
    readonly BlipVisionConfig config;
    readonly Parameter classToken, positions, patchWeight, patchBias;
    readonly Layer[] layers;
    readonly LayerNorm finalNorm;

    /// <summary>Builds the network; its parameters are named "vision_model.…".</summary>
    public BlipVision(BlipVisionConfig config, IParameterSource source)
    {
        this.config = config;
        classToken = source.Take("vision_model.embeddings.class_embedding", 1, 1, config.HiddenSize);
        positions = source.Take("vision_model.embeddings.position_embedding", 1, config.SequenceLength, config.HiddenSize);
        patchWeight = source.Take(
            "vision_model.embeddings.patch_embedding.weight", config.HiddenSize, 3, config.PatchSize, config.PatchSize);
        patchBias = source.Take("vision_model.embeddings.patch_embedding.bias", config.HiddenSize);
        layers = [.. Enumerable.Range(0, config.Layers).Select(i => new Layer(config, source, $"vision_model.encoder.layers.{i}"))];
        finalNorm = new LayerNorm(source, "vision_model.post_layernorm", config.HiddenSize, config.LayerNormEpsilon);
    }

    /// <summary>The last hidden state of each picture.</summary>
    /// <param name="pixels">Normalised pictures, [B, 3, height, width] of the configured size.</param>
    /// <returns>[B, 1 + patches, hidden]; the class token comes first.</returns>
    /// <exception cref="ArgumentException">The pictures have another shape.</exception>
    public Tensor Forward(Tensor pixels)
    {
        long[] expected = [3, config.ImageSize, config.ImageSize];
        if (pixels.dim() != 4 || !pixels.shape.AsSpan(1).SequenceEqual(expected))
        {
            throw new ArgumentException(
                $"Pictures have the shape [{string.Join(", ", pixels.shape)}]; [B, {string.Join(", ", expected)}] is needed.",
                nameof(pixels));
        }

        using var scope = NewDisposeScope();
        long[] stride = [config.PatchSize, config.PatchSize];
        var patches = nn.functional.conv2d(pixels, patchWeight, patchBias, strides: stride).flatten(2).transpose(1, 2);
        var x = cat([classToken.expand(pixels.shape[0], 1, config.HiddenSize), patches], 1) + positions;
        foreach (var layer in layers)
            x = layer.Forward(x);
        return finalNorm.Forward(x).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The pooled output, [B, hidden]: the class token, normed once more as transformers does. Retrieval does not use it.
    /// </summary>
    /// <param name="lastHiddenState">What <see cref="Forward"/> returned.</param>
    public Tensor Pool(Tensor lastHiddenState)
    {
        using var scope = NewDisposeScope();
        return finalNorm.Forward(lastHiddenState.select(1, 0)).MoveToOuterDisposeScope();
    }

    /// <summary>All parameters by their Hugging Face names.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> NamedParameters() =>
    [
        ("vision_model.embeddings.class_embedding", classToken),
        ("vision_model.embeddings.position_embedding", positions),
        ("vision_model.embeddings.patch_embedding.weight", patchWeight),
        ("vision_model.embeddings.patch_embedding.bias", patchBias),
        .. layers.SelectMany(layer => layer.NamedParameters()),
        .. finalNorm.NamedParameters(),
    ];

    /// <summary>x + attention(norm(x)), then x + mlp(norm(x)).</summary>
    sealed class Layer(BlipVisionConfig config, IParameterSource source, string name) : ILayer
    {
        readonly Linear queryKeyValue = new(source, name + ".self_attn.qkv", config.HiddenSize, 3 * config.HiddenSize);
        readonly Linear output = new(source, name + ".self_attn.projection", config.HiddenSize, config.HiddenSize);
        readonly LayerNorm attentionNorm = new(source, name + ".layer_norm1", config.HiddenSize, config.LayerNormEpsilon);
        readonly Linear mlpIn = new(source, name + ".mlp.fc1", config.HiddenSize, config.IntermediateSize);
        readonly Linear mlpOut = new(source, name + ".mlp.fc2", config.IntermediateSize, config.HiddenSize);
        readonly LayerNorm mlpNorm = new(source, name + ".layer_norm2", config.HiddenSize, config.LayerNormEpsilon);

        public Tensor Forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            // [B, S, 3 hidden] to three times [B, heads, S, hidden / heads].
            var parts = queryKeyValue.Forward(attentionNorm.Forward(x))
                .unflatten(2, [3, config.Heads, config.HiddenSize / config.Heads]).permute(2, 0, 3, 1, 4).unbind(0);
            var attended = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2]);
            x = x + output.Forward(attended.transpose(1, 2).flatten(2));
            x = x + mlpOut.Forward(config.Activation.Apply(mlpIn.Forward(mlpNorm.Forward(x))));
            return x.MoveToOuterDisposeScope();
        }

        public IEnumerable<(string, Parameter)> NamedParameters() =>
            new ILayer[] { queryKeyValue, output, attentionNorm, mlpIn, mlpOut, mlpNorm }.SelectMany(layer => layer.NamedParameters());
    }
}
