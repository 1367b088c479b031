using Pipeline.Captioner.Configuration;
using Pipeline.Captioner.Weights;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Pipeline.Captioner.Networks;

/// <summary>
/// The vision transformer of Dosovitskiy et al. 2021 (arXiv 2010.11929), with the parameters of transformers' <c>ViTModel</c>: patches and
/// a class token, learned positions, pre-norm layers of self-attention and MLP, a final layer norm.
/// </summary>
public sealed class VisionEncoder : IDisposable
{
    readonly VisionEncoderConfig config;
    readonly Parameter classToken, positions, patchWeight, patchBias;
    readonly LayerNorm finalNorm;
    readonly Linear pooler;

    /// <summary>Builds the network; its parameters are named "encoder.…".</summary>
    public VisionEncoder(VisionEncoderConfig config, IParameterSource source)
    {
        this.config = config;
        classToken = source.Take("encoder.embeddings.cls_token", 1, 1, config.HiddenSize);
        positions = source.Take("encoder.embeddings.position_embeddings", 1, config.SequenceLength, config.HiddenSize);
        patchWeight = source.Take(
            "encoder.embeddings.patch_embeddings.projection.weight",
            config.HiddenSize, config.Channels, config.PatchSize, config.PatchSize);
        patchBias = source.Take("encoder.embeddings.patch_embeddings.projection.bias", config.HiddenSize);
        Layers = [.. Enumerable.Range(0, config.Layers).Select(i => new Layer(config, source, $"encoder.encoder.layer.{i}"))];
        finalNorm = new LayerNorm(source, "encoder.layernorm", config.HiddenSize, config.LayerNormEpsilon);
        pooler = new Linear(source, "encoder.pooler.dense", config.HiddenSize, config.HiddenSize);
    }

    internal IReadOnlyList<Layer> Layers { get; }

    /// <summary>The last hidden state of each picture.</summary>
    /// <param name="pixels">Normalised pictures, [B, channels, height, width] of the configured size.</param>
    /// <returns>[B, 1 + patches, hidden]; the class token comes first.</returns>
    /// <exception cref="ArgumentException">The pictures have another shape.</exception>
    public Tensor Forward(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var x = Embed(pixels);
        foreach (var layer in Layers) x = layer.Forward(x);
        return finalNorm.Forward(x).MoveToOuterDisposeScope();
    }

    /// <summary>ViT's pooled output, tanh of a linear map of the class token, [B, hidden]. A captioner does not use it; its parameters
    /// belong to the checkpoint.</summary>
    /// <param name="lastHiddenState">What <see cref="Forward"/> returned.</param>
    public Tensor Pool(Tensor lastHiddenState)
    {
        using var scope = NewDisposeScope();
        return pooler.Forward(lastHiddenState.select(1, 0)).tanh().MoveToOuterDisposeScope();
    }

    /// <summary>All parameters by their Hugging Face names.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> NamedParameters() =>
    [
        ("encoder.embeddings.cls_token", classToken),
        ("encoder.embeddings.position_embeddings", positions),
        ("encoder.embeddings.patch_embeddings.projection.weight", patchWeight),
        ("encoder.embeddings.patch_embeddings.projection.bias", patchBias),
        .. Layers.SelectMany(layer => layer.NamedParameters()),
        .. finalNorm.NamedParameters(),
        .. pooler.NamedParameters(),
    ];

    /// <summary>Frees the parameters.</summary>
    public void Dispose()
    {
        foreach (var (_, parameter) in NamedParameters()) parameter.Dispose();
    }

    internal Tensor Embed(Tensor pixels)
    {
        long[] expected = [config.Channels, config.ImageSize, config.ImageSize];
        if (pixels.dim() != 4 || !pixels.shape.AsSpan(1).SequenceEqual(expected))
        {
            var (given, needed) = (string.Join(", ", pixels.shape), string.Join(", ", expected));
            throw new ArgumentException($"Pictures have the shape [{given}]; [B, {needed}] is needed.", nameof(pixels));
        }
        long[] stride = [config.PatchSize, config.PatchSize];
        var patches = nn.functional.conv2d(pixels, patchWeight, patchBias, strides: stride).flatten(2).transpose(1, 2);
        return cat([classToken.expand(pixels.shape[0], 1, config.HiddenSize), patches], 1) + positions;
    }

    /// <summary>x + attention(norm(x)), then x + mlp(norm(x)).</summary>
    internal sealed class Layer(VisionEncoderConfig config, IParameterSource source, string name) : ILayer
    {
        readonly LayerNorm attentionNorm = new(source, name + ".layernorm_before", config.HiddenSize, config.LayerNormEpsilon);
        readonly Linear query = new(source, name + ".attention.attention.query", config.HiddenSize, config.HiddenSize, config.HasQkvBias);
        readonly Linear key = new(source, name + ".attention.attention.key", config.HiddenSize, config.HiddenSize, config.HasQkvBias);
        readonly Linear value = new(source, name + ".attention.attention.value", config.HiddenSize, config.HiddenSize, config.HasQkvBias);
        readonly Linear output = new(source, name + ".attention.output.dense", config.HiddenSize, config.HiddenSize);
        readonly LayerNorm mlpNorm = new(source, name + ".layernorm_after", config.HiddenSize, config.LayerNormEpsilon);
        readonly Linear mlpIn = new(source, name + ".intermediate.dense", config.HiddenSize, config.IntermediateSize);
        readonly Linear mlpOut = new(source, name + ".output.dense", config.IntermediateSize, config.HiddenSize);

        public Tensor Forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            var normed = attentionNorm.Forward(x);
            var attended = nn.functional.scaled_dot_product_attention(
                Heads(query.Forward(normed)), Heads(key.Forward(normed)), Heads(value.Forward(normed)));
            x = x + output.Forward(attended.transpose(1, 2).flatten(2));
            x = x + mlpOut.Forward(config.Activation.Apply(mlpIn.Forward(mlpNorm.Forward(x))));
            return x.MoveToOuterDisposeScope();
        }

        public IEnumerable<(string, Parameter)> NamedParameters() =>
            new ILayer[] { attentionNorm, query, key, value, output, mlpNorm, mlpIn, mlpOut }.SelectMany(layer => layer.NamedParameters());

        /// <summary>[B, S, hidden] to [B, heads, S, hidden / heads].</summary>
        Tensor Heads(Tensor x) => x.unflatten(2, [config.Heads, config.HiddenSize / config.Heads]).transpose(1, 2);
    }
}
