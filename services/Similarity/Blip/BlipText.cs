using Pipeline.Captioner.Configuration;
using Pipeline.Captioner.Networks;
using Pipeline.Captioner.Weights;
using static Pipeline.Captioner.KeptScalar;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Pipeline.Similarity.Blip;

/// <summary>
/// BLIP's text tower (Li et al. 2022, arXiv 2201.12086), with the parameters of transformers' <c>BlipTextModel</c>: a post-norm BERT that
/// can look at a picture through cross attention. Without a picture those sub-layers are skipped.
/// </summary>
public sealed class BlipText
{
    /// <summary>Added to the attention scores of padding; its share of a softmax is 0 in single precision.</summary>
    const float Hidden = -10000;

    readonly BlipTextConfig config;
    readonly Parameter words, positions;
    readonly LayerNorm embeddingNorm;
    readonly Layer[] layers;

    /// <summary>Builds the network; its parameters are named "text_encoder.…".</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="pictureWidth">Width of the vision tower's output.</param>
    /// <param name="source">Its parameters.</param>
    public BlipText(BlipTextConfig config, int pictureWidth, IParameterSource source)
    {
        this.config = config;
        words = source.Take("text_encoder.embeddings.word_embeddings.weight", config.VocabularySize, config.HiddenSize);
        positions = source.Take("text_encoder.embeddings.position_embeddings.weight", config.Positions, config.HiddenSize);
        embeddingNorm = new LayerNorm(source, "text_encoder.embeddings.LayerNorm", config.HiddenSize, config.LayerNormEpsilon);
        layers = [.. Enumerable.Range(0, config.Layers)
            .Select(i => new Layer(config, pictureWidth, source, $"text_encoder.encoder.layer.{i}"))];
    }

    /// <summary>The last hidden state of each text.</summary>
    /// <param name="ids">Token ids, [B, T].</param>
    /// <param name="mask">1 for a token and 0 for padding, [B, T]; null: everything is a token.</param>
    /// <param name="pictures">What the vision tower made of each text's picture, [B, S, width]; null for the text alone.</param>
    /// <returns>[B, T, hidden].</returns>
    /// <exception cref="ArgumentException">The texts are longer than the positions.</exception>
    public Tensor Forward(Tensor ids, Tensor? mask = null, Tensor? pictures = null)
    {
        var length = ids.shape[1];
        if (length > config.Positions)
            throw new ArgumentException($"The texts have {length} tokens; there are {config.Positions} positions.", nameof(ids));

        using var scope = NewDisposeScope();
        var x = embeddingNorm.Forward(words[TensorIndex.Tensor(ids)] + positions.narrow(0, 0, length));
        var hidden = mask is null ? null : ((ones_like(mask, ScalarType.Float32) - mask.to_type(ScalarType.Float32)) * Kept(Hidden)).unsqueeze(1).unsqueeze(1);
        foreach (var layer in layers)
            x = layer.Forward(x, hidden, pictures);
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>All parameters by their Hugging Face names.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> NamedParameters() =>
    [
        ("text_encoder.embeddings.word_embeddings.weight", words),
        ("text_encoder.embeddings.position_embeddings.weight", positions),
        .. embeddingNorm.NamedParameters(),
        .. layers.SelectMany(layer => layer.NamedParameters()),
    ];

    /// <summary>norm(x + attention(x)), with a picture norm(x + attention(x, picture)), then norm(x + mlp(x)).</summary>
    sealed class Layer(BlipTextConfig config, int pictureWidth, IParameterSource source, string name) : ILayer
    {
        readonly Attention self = new(config, config.HiddenSize, source, name + ".attention");
        readonly Attention cross = new(config, pictureWidth, source, name + ".crossattention");
        readonly Linear mlpIn = new(source, name + ".intermediate.dense", config.HiddenSize, config.IntermediateSize);
        readonly Linear mlpOut = new(source, name + ".output.dense", config.IntermediateSize, config.HiddenSize);
        readonly LayerNorm mlpNorm = new(source, name + ".output.LayerNorm", config.HiddenSize, config.LayerNormEpsilon);

        public Tensor Forward(Tensor x, Tensor? hidden, Tensor? pictures)
        {
            using var scope = NewDisposeScope();
            x = self.Forward(x, x, hidden);
            if (pictures is not null)
                x = cross.Forward(x, pictures, hidden: null);
            return mlpNorm.Forward(mlpOut.Forward(config.Activation.Apply(mlpIn.Forward(x))) + x).MoveToOuterDisposeScope();
        }

        public IEnumerable<(string, Parameter)> NamedParameters() =>
            new ILayer[] { self, cross, mlpIn, mlpOut, mlpNorm }.SelectMany(layer => layer.NamedParameters());
    }

    /// <summary>norm(x + attention of x over what is seen).</summary>
    sealed class Attention(BlipTextConfig config, int seenWidth, IParameterSource source, string name) : ILayer
    {
        readonly Linear query = new(source, name + ".self.query", config.HiddenSize, config.HiddenSize);
        readonly Linear key = new(source, name + ".self.key", seenWidth, config.HiddenSize);
        readonly Linear value = new(source, name + ".self.value", seenWidth, config.HiddenSize);
        readonly Linear output = new(source, name + ".output.dense", config.HiddenSize, config.HiddenSize);
        readonly LayerNorm norm = new(source, name + ".output.LayerNorm", config.HiddenSize, config.LayerNormEpsilon);

        public Tensor Forward(Tensor x, Tensor seen, Tensor? hidden)
        {
            var attended = nn.functional.scaled_dot_product_attention(
                Heads(query.Forward(x)), Heads(key.Forward(seen)), Heads(value.Forward(seen)), hidden);
            return norm.Forward(output.Forward(attended.transpose(1, 2).flatten(2)) + x);
        }

        public IEnumerable<(string, Parameter)> NamedParameters() =>
            new ILayer[] { query, key, value, output, norm }.SelectMany(layer => layer.NamedParameters());

        /// <summary>[B, T, hidden] to [B, heads, T, hidden / heads].</summary>
        Tensor Heads(Tensor x) => x.unflatten(2, [config.Heads, config.HiddenSize / config.Heads]).transpose(1, 2);
    }
}
