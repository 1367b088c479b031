using Pipeline.Models;

namespace Pipeline.TextToImage;

/// <summary>
/// The noise that a drawing begins with. It is a function of the seed alone (a counter-based generator, see <see cref="Philox"/>), so a
/// picture is the same in any order, in any batch and on any worker.
/// </summary>
public static class LatentNoise
{
    /// <summary>Fills <paramref name="noise"/> with independent standard normal numbers (Box and Muller 1958).</summary>
    /// <param name="seed">The picture's seed: the generator's key.</param>
    /// <param name="noise">The latents, any number of them; number i is the same however many there are.</param>
    /// <param name="stream">Which of the picture's noises: 0 begins it, later ones are for schedulers that add noise on the way.</param>
    public static void Fill(long seed, Span<float> noise, int stream = 0)
    {
        for (var i = 0; i < noise.Length; i += 2)
        {
            var (w0, w1, w2, w3) = Philox.Block(((uint)(i / 2), (uint)stream, 0x6e6f6973, 0), ((uint)seed, (uint)(seed >> 32)));
            // 53 bits; the half keeps the logarithm's argument above 0.
            var radius = Math.Sqrt(-2 * Math.Log((((ulong)w0 << 21 | w1 >> 11) + 0.5) / (1L << 53)));
            var (sine, cosine) = Math.SinCos(2 * Math.PI * (((ulong)w2 << 21 | w3 >> 11) / (double)(1L << 53)));
            noise[i] = (float)(radius * cosine);
            if (i + 1 < noise.Length) noise[i + 1] = (float)(radius * sine);
        }
    }
}
