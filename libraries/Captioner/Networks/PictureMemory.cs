using static TorchSharp.torch;

namespace Pipeline.Captioner.Networks;

/// <summary>
/// What the decoder's cross attention reads of the pictures: keys and values of every layer, each [P, heads, S, head width]. Computed once per
/// picture and shared by all captions and beams of it.
/// </summary>
public sealed class PictureMemory : IDisposable
{
    internal PictureMemory(IReadOnlyList<(Tensor Keys, Tensor Values)> layers) => Layers = layers;

    /// <summary>Number of pictures.</summary>
    public long Pictures => Layers[0].Keys.shape[0];

    internal IReadOnlyList<(Tensor Keys, Tensor Values)> Layers { get; }

    /// <summary>Frees keys and values.</summary>
    public void Dispose()
    {
        foreach (var (keys, values) in Layers)
        {
            keys.Dispose();
            values.Dispose();
        }
    }
}
