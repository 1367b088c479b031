using Pipeline.Hosting;
using static TorchSharp.torch;

namespace Pipeline.Rollout.SampleCaptions;

/// <summary>
/// What the frozen encoder makes of each picture, computed once. Each picture is encoded alone: in a batch whose members depend on what was
/// cached before, its numbers would differ in the last bit from one worker to the next.
/// </summary>
public sealed class PictureMemory(PictureReader pictures) : IDisposable
{
    // 4,096 pictures are 0.14 GB for the tiny encoder (65 x 128) and 2.5 GB for ViT-B/16 (197 x 768).
    const int Capacity = 4096;

    readonly Dictionary<(string Encoder, string Picture), LinkedListNode<((string, string) Key, Tensor Memory)>> byPicture = [];
    readonly LinkedList<((string, string) Key, Tensor Memory)> recent = [];

    /// <summary>The memories of <paramref name="sha256"/>, [pictures, positions, width], in their order.</summary>
    public async Task<Tensor> EncodeAsync(IReadOnlyList<string> sha256, LoadedPolicy policy, CancellationToken cancel)
    {
        var memories = new List<Tensor>(sha256.Count);
        foreach (var picture in sha256) memories.Add(await OneAsync(picture, policy, cancel));
        return cat(memories, 0);
    }

    async Task<Tensor> OneAsync(string picture, LoadedPolicy policy, CancellationToken cancel)
    {
        if (byPicture.TryGetValue((policy.Encoder, picture), out var known))
        {
            recent.Remove(known);
            recent.AddFirst(known);
            return known.Value.Memory;
        }

        var pixels = await pictures.PixelsAsync(picture, policy.Model.Preprocessor, cancel);
        var memory = Encode(pixels, policy);
        byPicture[(policy.Encoder, picture)] = recent.AddFirst(((policy.Encoder, picture), memory));
        if (recent.Count > Capacity)
        {
            byPicture.Remove(recent.Last!.Value.Key);
            recent.Last.Value.Memory.Dispose();
            recent.RemoveLast();
        }
        return memory;
    }

    static Tensor Encode(float[] pixels, LoadedPolicy policy)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var (height, width) = (policy.Model.Preprocessor.Height, policy.Model.Preprocessor.Width);
        return policy.Model.Encode(tensor(pixels, [1, 3, height, width])).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, memory) in recent) memory.Dispose();
        recent.Clear();
        byPicture.Clear();
    }
}
