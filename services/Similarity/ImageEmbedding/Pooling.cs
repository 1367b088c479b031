using Pipeline.Onnx;

namespace Pipeline.Similarity.ImageEmbedding;

/// <summary>How a network's output for one picture becomes its embedding.</summary>
public enum Pooling
{
    /// <summary>It is one: [1, D].</summary>
    None,

    /// <summary>The mean over the places of [1, C, H, W], or over the tokens of [1, T, D].</summary>
    Mean,

    /// <summary>The maximum over the places of [1, C, H, W], or over the tokens of [1, T, D].</summary>
    Max,

    /// <summary>Token 0 of [1, T, D].</summary>
    Cls,

    /// <summary>All values of the output, whatever its shape.</summary>
    Flatten,
}

/// <summary>Pools outputs.</summary>
static class PoolingExtensions
{
    /// <summary>The embedding in <paramref name="output"/>, which is of one picture.</summary>
    /// <exception cref="InvalidDataException">An output of this shape cannot be pooled like this.</exception>
    public static float[] Pool(this OnnxTensor output, Pooling pooling) => (pooling, output.Shape) switch
    {
        (_, [not 1, ..]) or (_, []) => throw Misfit(output, pooling),
        (Pooling.Flatten, _) or (Pooling.None, [_, _]) => output.Values,
        (Pooling.Cls, [_, _, var width]) => output.Values[..width],
        (Pooling.Mean or Pooling.Max, [_, var channels, var height, var width]) =>
            Reduce(output.Values, pooling, channels, height * width, stride: 1, step: height * width),
        (Pooling.Mean or Pooling.Max, [_, var tokens, var width]) => Reduce(output.Values, pooling, width, tokens, stride: width, step: 1),
        _ => throw Misfit(output, pooling),
    };

    /// <summary>
    /// Each of <paramref name="count"/> features over its <paramref name="places"/> values, which lie <paramref name="stride"/> apart; the
    /// first values of two features lie <paramref name="step"/> apart.
    /// </summary>
    static float[] Reduce(float[] values, Pooling pooling, int count, int places, int stride, int step)
    {
        var pooled = new float[count];
        for (var feature = 0; feature < count; feature++)
        {
            var (sum, max) = (0.0, float.NegativeInfinity);
            for (var place = 0; place < places; place++)
            {
                var value = values[feature * step + place * stride];
                (sum, max) = (sum + value, MathF.Max(max, value));
            }
            pooled[feature] = pooling == Pooling.Mean ? (float)(sum / places) : max;
        }
        return pooled;
    }

    static InvalidDataException Misfit(OnnxTensor output, Pooling pooling)
    {
        var wanted = pooling switch
        {
            Pooling.None => "[1, D]",
            Pooling.Cls => "[1, T, D]",
            Pooling.Flatten => "[1, ...]",
            _ => "[1, C, H, W] or [1, T, D]",
        };
        var name = pooling.ToString().ToLowerInvariant();
        return new InvalidDataException($"pooling {name} needs {wanted}; the output has the shape [{string.Join(", ", output.Shape)}]");
    }
}
