using static TorchSharp.torch;

namespace Pipeline.Captioner.Networks;

/// <summary>
/// What the decoder's cross attention reads of the pictures: keys and values of every layer, each [P, heads, S, head width]. Computed once
/// per picture and shared by all captions and beams of it.
/// </summary>
public sealed class PictureMemory : IDisposable
{
    readonly (Tensor Keys, Tensor Values)[] layers;

    internal PictureMemory((Tensor Keys, Tensor Values)[] layers) => this.layers = layers;

    /// <summary>Number of pictures.</summary>
    public long Pictures => layers[0].Keys.shape[0];

    internal IReadOnlyList<(Tensor Keys, Tensor Values)> Layers => layers;

    /// <summary>Forgets all pictures but these.</summary>
    /// <param name="pictures">Indices of present pictures, in the order that they shall have, on the keys' device.</param>
    public void Keep(Tensor pictures)
    {
        for (var i = 0; i < layers.Length; i++)
        {
            var (keys, values) = layers[i];
            layers[i] =
                (keys.index_select(0, pictures).DetachFromDisposeScope(), values.index_select(0, pictures).DetachFromDisposeScope());
            keys.Dispose();
            values.Dispose();
        }
    }

    /// <summary>Frees keys and values.</summary>
    public void Dispose()
    {
        foreach (var (keys, values) in layers)
        {
            keys.Dispose();
            values.Dispose();
        }
    }
}
