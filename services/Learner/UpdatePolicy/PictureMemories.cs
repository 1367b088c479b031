using Pipeline.Captioner;
using static TorchSharp.torch;

namespace Pipeline.Learner.UpdatePolicy;

/// <summary>
/// What the decoder reads of each picture. The encoder is frozen, so a picture is encoded once and kept while there is room. Each is
/// encoded alone: in a batch its last bits would depend on which other pictures were missing from memory, and a resumed run
/// would differ from an uninterrupted one.
/// </summary>
/// <param name="model">The captioner.</param>
/// <param name="pixelsOfPicture">A picture's normalised pixels, [channels * height * width], by its SHA-256.</param>
/// <param name="capacity">Most pictures kept; those used longest ago go first.</param>
sealed class PictureMemories(CaptionModel model, Func<string, float[]> pixelsOfPicture, int capacity) : IDisposable
{
    readonly Dictionary<string, (Tensor Memory, long LastUse)> kept = new(StringComparer.Ordinal);
    long uses;

    /// <summary>The memories of pictures, [B, S, width], in their order.</summary>
    public Tensor Of(IReadOnlyList<string> pictures)
    {
        using var noGradient = no_grad();
        foreach (var picture in pictures)
            kept[picture] = (kept.TryGetValue(picture, out var known) ? known.Memory : Encode(picture), ++uses);
        var memories = cat([.. pictures.Select(picture => kept[picture].Memory)]);

        foreach (var (picture, (memory, _)) in kept.OrderBy(entry => entry.Value.LastUse).Take(kept.Count - capacity).ToList())
        {
            memory.Dispose();
            kept.Remove(picture);
        }

        return memories;
    }

    /// <summary>Frees all memories.</summary>
    public void Dispose()
    {
        foreach (var (memory, _) in kept.Values)
            memory.Dispose();
    }

    Tensor Encode(string picture)
    {
        using var scope = NewDisposeScope();
        var (channels, size) = (model.Config.Encoder.Channels, model.Config.Encoder.ImageSize);
        var pixels = pixelsOfPicture(picture);
        if (pixels.Length != channels * size * size)
            throw new InvalidOperationException(
                $"Picture {picture} has {pixels.Length} values; the captioner reads {channels}x{size}x{size}.");
        return model.Encode(tensor(pixels, device: model.Device).view(1, channels, size, size)).DetachFromDisposeScope();
    }
}
