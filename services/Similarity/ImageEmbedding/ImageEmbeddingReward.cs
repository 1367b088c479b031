using Microsoft.Extensions.Caching.Memory;
using Pipeline.Models;
using Pipeline.Onnx;
using Pipeline.Rewards;

namespace Pipeline.Similarity.ImageEmbedding;

/// <summary>
/// The diffusion reward: the cosine, -1 to 1, of the embeddings of the original and of what was drawn from its caption, by any network in
/// an ONNX file. VGG-16's features are one configuration of it, DINOv2 or CLIP's image tower are others; see docs/image-embedding.md.
/// </summary>
public sealed class ImageEmbeddingReward : IPictureReward, IDisposable
{
    readonly ImageEmbedder embedder;
    readonly MemoryCache originals;

    /// <summary>Loads a network and what says how to use it, see <see cref="ImageEmbedder"/>.</summary>
    /// <param name="files">The model: an ONNX file, <c>image_embedding.json</c> and <c>preprocessor_config.json</c>.</param>
    /// <param name="cachedBytes">The most memory for embeddings of originals.</param>
    /// <param name="options">How the network is computed; null for one thread of the CPU.</param>
    public ImageEmbeddingReward(IModelFiles files, long cachedBytes = 256L << 20, OnnxOptions? options = null)
    {
        embedder = new ImageEmbedder(files, options);
        originals = new MemoryCache(new MemoryCacheOptions { SizeLimit = cachedBytes });
        Model = RewardFingerprint.Of(new { imageEmbedding = 1 }, files, embedder.DecidingFiles);
    }

    /// <inheritdoc/>
    public string Model { get; }

    /// <summary>The length of an embedding.</summary>
    public int Dimension => embedder.Dimension;

    /// <inheritdoc/>
    /// <exception cref="Models.Pictures.PictureException">A picture cannot be decoded; the message names its SHA-256.</exception>
    /// <exception cref="InvalidDataException">A picture's embedding has no direction; the message names its SHA-256.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<double>>> ScoreAsync(
        IReadOnlyList<DrawingsToScore> batch, CancellationToken cancellation)
    {
        var scores = new List<IReadOnlyList<double>>();
        foreach (var caption in batch)
            scores.Add(await ScoreAsync(caption, cancellation));
        return scores;
    }

    /// <summary>Frees the network.</summary>
    public void Dispose()
    {
        originals.Dispose();
        embedder.Dispose();
    }

    async Task<double[]> ScoreAsync(DrawingsToScore caption, CancellationToken cancellation)
    {
        var original = await OriginalAsync(caption, cancellation);
        var scores = new double[caption.Drawings.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            var drawing = caption.Drawings[i];
            scores[i] = Cosine(original, await EmbedAsync(drawing.OpenAsync, drawing.Sha256, cancellation));
        }
        return scores;
    }

    async Task<float[]> OriginalAsync(DrawingsToScore caption, CancellationToken cancellation)
    {
        if (originals.TryGetValue(caption.PictureSha256, out float[]? remembered))
            return remembered!;
        var embedding = await EmbedAsync(caption.OpenPictureAsync, caption.PictureSha256, cancellation);
        return originals.Set(
            caption.PictureSha256, embedding, new MemoryCacheEntryOptions { Size = embedding.Length * sizeof(float) });
    }

    async Task<float[]> EmbedAsync(Func<CancellationToken, Task<Stream>> open, string sha256, CancellationToken cancellation)
    {
        await using var file = await open(cancellation);
        var embedding = embedder.Embed(file, sha256, cancellation);
        // A cosine of nothing would be NaN, or a score that somebody made up.
        return Length(embedding) is > 0 and < double.PositiveInfinity
            ? embedding
            : throw new InvalidDataException($"Picture '{sha256}': its embedding is zero or not finite, so it has no cosine.");
    }

    static double Cosine(float[] a, float[] b) => Math.Clamp(Dot(a, b) / (Length(a) * Length(b)), -1, 1);

    static double Length(float[] a) => Math.Sqrt(Dot(a, a));

    static double Dot(float[] a, float[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += (double)a[i] * b[i];
        return sum;
    }
}
