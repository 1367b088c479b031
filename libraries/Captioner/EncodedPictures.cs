using static TorchSharp.torch;

namespace Pipeline.Captioner;

/// <summary>
/// What frozen encoders make of pictures, computed once and kept while there is room. Each picture is encoded alone: in a batch its last
/// bits would depend on which other pictures were missing from memory, and a worker that was started again would differ from one that was
/// not. Not thread-safe.
/// </summary>
/// <param name="capacity">Most pictures kept; those used longest ago go first.</param>
public sealed class EncodedPictures(int capacity) : IDisposable
{
    readonly Dictionary<(string Encoder, string Picture), (Tensor Memory, long LastUse)> kept = [];
    long uses;

    /// <summary>The memories of pictures, [B, S, width], in their order.</summary>
    /// <param name="model">The captioner whose encoder reads them.</param>
    /// <param name="encoder">A name of its encoder's weights: captioners that share an encoder share what it made.</param>
    /// <param name="pictures">The pictures' names.</param>
    /// <param name="pixelsOfPicture">A picture's normalised pixels, [channels * height * width].</param>
    /// <exception cref="InvalidOperationException">A picture has another number of values than the encoder reads.</exception>
    public Tensor Of(CaptionModel model, string encoder, IReadOnlyList<string> pictures, Func<string, float[]> pixelsOfPicture)
    {
        using var withoutGradient = no_grad();
        foreach (var picture in pictures)
            kept[(encoder, picture)] =
                (kept.TryGetValue((encoder, picture), out var known) ? known.Memory : Encode(model, picture, pixelsOfPicture(picture)), ++uses);
        var memories = cat([.. pictures.Select(picture => kept[(encoder, picture)].Memory)]);

        foreach (var (key, (memory, _)) in kept.OrderBy(entry => entry.Value.LastUse).Take(kept.Count - capacity).ToList())
        {
            memory.Dispose();
            kept.Remove(key);
        }
        return memories;
    }

    /// <summary>Frees all memories.</summary>
    public void Dispose()
    {
        foreach (var (memory, _) in kept.Values) memory.Dispose();
        kept.Clear();
    }

    static Tensor Encode(CaptionModel model, string picture, float[] pixels)
    {
        using var scope = NewDisposeScope();
        var (channels, size) = (model.Config.Encoder.Channels, model.Config.Encoder.ImageSize);
        if (pixels.Length != channels * size * size)
            throw new InvalidOperationException($"Picture {picture} has {pixels.Length} values; the captioner reads {channels}x{size}x{size}.");
        return model.Encode(tensor(pixels, device: model.Device).view(1, channels, size, size)).DetachFromDisposeScope();
    }
}
