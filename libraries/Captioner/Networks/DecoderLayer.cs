using Pipeline.Captioner.Configuration;
using Pipeline.Captioner.Weights;
using static Pipeline.Captioner.KeptScalar;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Pipeline.Captioner.Networks;

/// <summary>One layer of the caption decoder: x + self-attention(norm(x)), x + cross attention(norm(x)), x + mlp(norm(x)).</summary>
sealed class DecoderLayer : ILayer
{
    readonly CaptionDecoderConfig config;
    readonly int index;
    readonly double queryScale;
    readonly LayerNorm selfNorm, crossNorm, mlpNorm;
    readonly Conv1D selfIn, selfOut, crossQuery, crossMemory, crossOut, mlpIn, mlpOut;

    public DecoderLayer(CaptionDecoderConfig config, IParameterSource source, string name, int index)
    {
        this.config = config;
        this.index = index;
        queryScale = (config.ScalesAttention ? 1 : Math.Sqrt(config.HeadWidth)) / (config.ScalesAttentionByLayer ? index + 1 : 1);

        LayerNorm Norm(string part) => new(source, $"{name}.{part}", config.Width, config.LayerNormEpsilon);
        Conv1D Map(string part, long inputs, long outputs) => new(source, $"{name}.{part}", inputs, outputs);
        var width = config.Width;
        selfNorm = Norm("ln_1");
        selfIn = Map("attn.c_attn", width, 3 * width);
        selfOut = Map("attn.c_proj", width, width);
        crossNorm = Norm("ln_cross_attn");
        crossQuery = Map("crossattention.q_attn", width, width);
        crossMemory = Map("crossattention.c_attn", width, 2 * width);
        crossOut = Map("crossattention.c_proj", width, width);
        mlpNorm = Norm("ln_2");
        mlpIn = Map("mlp.c_fc", width, config.InnerWidth);
        mlpOut = Map("mlp.c_proj", config.InnerWidth, width);
    }

    /// <param name="x">The residual stream, [B T, width].</param>
    /// <param name="batch">B.</param>
    /// <param name="pictures">What <see cref="Read"/> returned for P pictures; P divides B.</param>
    /// <param name="mask">Added to the self-attention's scores, [B, 1, T, T]; null for causal attention alone.</param>
    /// <param name="cache">The tokens before, when these are to be decoded after them.</param>
    /// <returns>[B T, width].</returns>
    public Tensor Forward(Tensor x, long batch, (Tensor Keys, Tensor Values) pictures, Tensor? mask, KeyValueCache? cache = null)
    {
        using var scope = NewDisposeScope();
        x = AfterSelfAttention(x, batch, mask, cache);

        // The captions of one picture are one long sequence of queries to it: cross attention has no order, so nothing needs to be
        // repeated.
        var query = CrossAttentionQuery(x, pictures.Keys.shape[0]);
        x = x + crossOut.Forward(Merge(nn.functional.scaled_dot_product_attention(query, pictures.Keys, pictures.Values)));

        x = x + mlpOut.Forward(config.Activation.Apply(mlpIn.Forward(mlpNorm.Forward(x))));
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Keys and values of pictures, [P, S, width], for the cross attention, each [P, heads, S, head width].</summary>
    public (Tensor Keys, Tensor Values) Read(Tensor memory)
    {
        var parts = Split(crossMemory.Forward(memory.reshape(-1, config.Width)), memory.shape[0], 2);
        return (parts[0], parts[1]);
    }

    public IEnumerable<(string, Parameter)> NamedParameters() =>
        new ILayer[] { selfNorm, selfIn, selfOut, crossNorm, crossQuery, crossMemory, crossOut, mlpNorm, mlpIn, mlpOut }
            .SelectMany(layer => layer.NamedParameters());

    /// <summary>x + self-attention(norm(x)), [B T, width].</summary>
    internal Tensor AfterSelfAttention(Tensor x, long batch, Tensor? mask, KeyValueCache? cache)
    {
        var (query, keys, values) = SelfAttentionInputs(x, batch);
        if (cache is not null) (keys, values) = cache.Append(index, keys, values);
        var isCausal = mask is null && query.shape[2] > 1;
        return x + selfOut.Forward(Merge(nn.functional.scaled_dot_product_attention(query, keys, values, mask, is_casual: isCausal)));
    }

    /// <summary>Query, keys and values, each [B, heads, T, head width].</summary>
    internal (Tensor Query, Tensor Keys, Tensor Values) SelfAttentionInputs(Tensor x, long batch)
    {
        var parts = Split(selfIn.Forward(selfNorm.Forward(x)), batch, 3);
        return (Scale(parts[0]), parts[1], parts[2]);
    }

    /// <summary>Queries to each picture, [P, heads, B/P T, head width].</summary>
    internal Tensor CrossAttentionQuery(Tensor x, long pictures) => Scale(Split(crossQuery.Forward(crossNorm.Forward(x)), pictures, 1)[0]);

    /// <summary>[B T, count width] to count tensors [B, heads, T, head width].</summary>
    Tensor[] Split(Tensor x, long batch, int count) =>
        x.view(batch, -1, count, config.Heads, config.HeadWidth).permute(2, 0, 3, 1, 4).unbind(0);

    /// <summary>[B, heads, T, head width] to [B T, width].</summary>
    Tensor Merge(Tensor attended) => attended.transpose(1, 2).reshape(-1, config.Width);

    /// <summary>Attention divides scores by the square root of the head's width; what the configuration wants instead is put into the
    /// query.</summary>
    Tensor Scale(Tensor query) => queryScale == 1 ? query : query * Kept(queryScale);
}
