using Pipeline.Captioner.Configuration;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Networks;

/// <summary>
/// The keys and values of the tokens that were already decoded, for every layer, in memory that is allocated once for the longest
/// caption.
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    readonly (Tensor Keys, Tensor Values)[] layers;

    internal KeyValueCache(CaptionDecoderConfig config, long batch, int capacity, Device device)
    {
        Tensor Allocate() => empty([batch, config.Heads, capacity, config.HeadWidth], ScalarType.Float32, device).DetachFromDisposeScope();
        layers = [.. Enumerable.Range(0, config.Layers).Select(_ => (Allocate(), Allocate()))];
        Capacity = capacity;
        Device = device;
    }

    /// <summary>Where it is.</summary>
    public Device Device { get; }

    /// <summary>Most tokens per sequence.</summary>
    public int Capacity { get; }

    /// <summary>Tokens per sequence that are in the cache.</summary>
    public int Length { get; private set; }

    /// <summary>Makes sequence i the continuation of what was sequence rows[i]: how beams change places and finished captions
    /// leave.</summary>
    /// <param name="rows">Indices of present sequences, [new batch], on the cache's device.</param>
    public void Reorder(Tensor rows)
    {
        for (var i = 0; i < layers.Length; i++)
        {
            var (keys, values) = layers[i];
            layers[i] = (keys.index_select(0, rows).DetachFromDisposeScope(), values.index_select(0, rows).DetachFromDisposeScope());
            keys.Dispose();
            values.Dispose();
        }
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        foreach (var (keys, values) in layers)
        {
            keys.Dispose();
            values.Dispose();
        }
    }

    /// <summary>What one layer has cached, each [B, heads, <see cref="Length"/>, head width]; views.</summary>
    internal (Tensor Keys, Tensor Values) Read(int layer) =>
        (layers[layer].Keys.narrow(2, 0, Length), layers[layer].Values.narrow(2, 0, Length));

    /// <summary>Adds one layer's keys and values of new tokens, [B, heads, T, head width], and returns all so far (views).</summary>
    internal (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        var (allKeys, allValues) = layers[layer];
        var count = keys.shape[2];
        allKeys.narrow(2, Length, count).copy_(keys);
        allValues.narrow(2, Length, count).copy_(values);
        return (allKeys.narrow(2, 0, Length + count), allValues.narrow(2, 0, Length + count));
    }

    /// <summary>Counts new tokens as cached, once every layer has appended them.</summary>
    internal void Advance(int count) => Length += count;
}
