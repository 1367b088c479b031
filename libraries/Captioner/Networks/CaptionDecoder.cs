using Pipeline.Captioner.Configuration;
using Pipeline.Captioner.Weights;
using static Pipeline.Captioner.KeptScalar;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Pipeline.Captioner.Networks;

/// <summary>
/// GPT-2 (Radford et al. 2019) with cross attention to a picture, with the parameters of transformers' <c>GPT2LMHeadModel</c>: token and
/// position embeddings, pre-norm layers of causal self-attention, cross attention and MLP, a final layer norm, an output layer that is the
/// token embedding. Position ids are always 0 to T - 1. Dropout is never applied. Inside, the residual stream is a matrix [B T, width].
/// </summary>
public sealed class CaptionDecoder : IDisposable
{
    const string Prefix = "decoder.transformer.";
    const string HeadName = "decoder.lm_head.weight";

    readonly Parameter tokenEmbedding, positionEmbedding;
    readonly Parameter? untiedHead;
    readonly DecoderLayer[] layers;
    readonly LayerNorm finalNorm;

    /// <summary>Builds the network; its parameters are named "decoder.…".</summary>
    public CaptionDecoder(CaptionDecoderConfig config, IParameterSource source)
    {
        Config = config;
        tokenEmbedding = source.Take(Prefix + "wte.weight", config.VocabularySize, config.Width);
        positionEmbedding = source.Take(Prefix + "wpe.weight", config.Positions, config.Width);
        layers = [.. Enumerable.Range(0, config.Layers).Select(i => new DecoderLayer(config, source, $"{Prefix}h.{i}", i))];
        finalNorm = new LayerNorm(source, Prefix + "ln_f", config.Width, config.LayerNormEpsilon);
        untiedHead = config.TiesHead ? null : source.Take(HeadName, config.VocabularySize, config.Width);
    }

    /// <summary>The decoder's shape.</summary>
    public CaptionDecoderConfig Config { get; }

    internal IReadOnlyList<DecoderLayer> Layers => layers;

    /// <summary>
    /// Teacher forcing: the distribution of the token after each given one. Gradients flow to every parameter that requires them, and to
    /// <paramref name="memory"/> if that does.
    /// </summary>
    /// <param name="ids">Token ids, [B, T] of Int64; T at most the configured positions.</param>
    /// <param name="memory">The pictures, [P, S, width], after <c>enc_to_dec_proj</c>. P divides B: rows 0 to B/P - 1 are of picture 0, and
    /// so on.</param>
    /// <param name="attentionMask">[B, T], 0 where a token is padding that nothing may attend to; null for none. Positions that are padding
    /// have no meaningful output.</param>
    /// <returns>The hidden state after the final layer norm, [B, T, width], and the logits, [B, T, vocabulary].</returns>
    public (Tensor Hidden, Tensor Logits) Forward(Tensor ids, Tensor memory, Tensor? attentionMask = null)
    {
        using var scope = NewDisposeScope();
        var x = Embed(ids, 0);
        var mask = attentionMask is null ? null : CausalMask(attentionMask);
        foreach (var layer in layers) x = layer.Forward(x, ids.shape[0], layer.Read(memory), mask);
        var hidden = finalNorm.Forward(x).view(ids.shape[0], ids.shape[1], Config.Width);
        return (hidden.MoveToOuterDisposeScope(), Logits(hidden).MoveToOuterDisposeScope());
    }

    /// <summary>Computes what all further decoding needs of the pictures.</summary>
    /// <param name="memory">As in <see cref="Forward"/>.</param>
    public PictureMemory Read(Tensor memory)
    {
        using var scope = NewDisposeScope();
        // Contiguous, because every step of every caption reads them.
        return new PictureMemory([.. layers.Select(layer => layer.Read(memory)).Select(read =>
            (read.Keys.contiguous().DetachFromDisposeScope(), read.Values.contiguous().DetachFromDisposeScope()))]);
    }

    /// <summary>An empty cache.</summary>
    /// <param name="batch">Number of sequences.</param>
    /// <param name="capacity">Most tokens that will be given to <see cref="Step"/>, at most the configured positions.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is beyond the configured positions.</exception>
    public KeyValueCache NewCache(long batch, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, Config.Positions);
        return new KeyValueCache(Config, batch, capacity, tokenEmbedding.device);
    }

    /// <summary>One decoding step: gives each sequence its next token.</summary>
    /// <param name="ids">One token per sequence, [B] of Int64.</param>
    /// <param name="pictures">The pictures, P of them; P divides B as in <see cref="Forward"/>.</param>
    /// <param name="cache">The tokens before; these are added.</param>
    /// <returns>Logits of the token that follows, [B, vocabulary].</returns>
    /// <exception cref="InvalidOperationException">The cache is full.</exception>
    public Tensor Step(Tensor ids, PictureMemory pictures, KeyValueCache cache)
    {
        if (cache.Length == cache.Capacity)
            throw new InvalidOperationException($"The cache is full: it was made for {cache.Capacity} tokens.");
        using var scope = NewDisposeScope();
        var x = Embed(ids.unsqueeze(1), cache.Length);
        for (var i = 0; i < layers.Length; i++) x = layers[i].Forward(x, ids.shape[0], pictures.Layers[i], null, cache);
        cache.Advance(1);
        return Logits(finalNorm.Forward(x)).MoveToOuterDisposeScope();
    }

    /// <summary>All parameters by their Hugging Face names; a tied output layer is not listed twice.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> NamedParameters() =>
    [
        (Prefix + "wte.weight", tokenEmbedding),
        (Prefix + "wpe.weight", positionEmbedding),
        .. layers.SelectMany(layer => layer.NamedParameters()),
        .. finalNorm.NamedParameters(),
        .. untiedHead is null ? [] : new[] { (HeadName, untiedHead) },
    ];

    /// <summary>
    /// A copy to be trained. What is trained has storage of its own and requires gradients; what is frozen shares its storage with this
    /// decoder, so a frozen reference costs only the layers in which the two differ.
    /// </summary>
    /// <param name="unfrozenLayers">
    /// How many layers are trained, counted from the top, with the final layer norm; 0 for nothing at all; -1 for everything, embeddings
    /// included.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">Less than -1 or more than the decoder has.</exception>
    public CaptionDecoder CloneTrainable(int unfrozenLayers = -1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(unfrozenLayers, -1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(unfrozenLayers, layers.Length);
        IEnumerable<(string Name, Parameter Parameter)> trained = unfrozenLayers switch
        {
            -1 => NamedParameters(),
            0 => [],
            _ => layers.TakeLast(unfrozenLayers).SelectMany(layer => layer.NamedParameters()).Concat(finalNorm.NamedParameters()),
        };
        return new CaptionDecoder(Config, new ClonedParameters(NamedParameters(), trained.Select(parameter => parameter.Name)));
    }

    /// <summary>Frees the parameters; storage that is shared with another decoder stays with that one.</summary>
    public void Dispose()
    {
        foreach (var (_, parameter) in NamedParameters()) parameter.Dispose();
    }

    internal Tensor Embed(Tensor ids, int firstPosition)
    {
        var (batch, length) = (ids.shape[0], ids.shape[1]);
        if (firstPosition + length > Config.Positions)
            throw new ArgumentException($"{firstPosition + length} tokens are more than the decoder's {Config.Positions} positions.",
                nameof(ids));
        var tokens = tokenEmbedding.index_select(0, ids.reshape(-1)).view(batch, length, Config.Width);
        return (tokens + positionEmbedding.narrow(0, firstPosition, length)).view(batch * length, Config.Width);
    }

    internal Tensor FinalNorm(Tensor x) => finalNorm.Forward(x);

    /// <summary>
    /// What is added to attention scores: 0 where a query may look, else the most negative number. Not minus infinity: softmax of a row of
    /// padding that may look nowhere would be 0 / 0, and not every attention kernel guards against that.
    /// </summary>
    internal static Tensor CausalMask(Tensor attentionMask)
    {
        var length = attentionMask.shape[1];
        var causal = ones([length, length], ScalarType.Bool, attentionMask.device).tril();
        var allowed = causal.logical_and(attentionMask.to_type(ScalarType.Bool).unsqueeze(1)).unsqueeze(1);
        return zeros_like(allowed, ScalarType.Float32).masked_fill_(allowed.logical_not(), Kept(float.MinValue));
    }

    Tensor Logits(Tensor hidden) => nn.functional.linear(hidden, untiedHead ?? tokenEmbedding);
}
