namespace Pipeline.Models;

/// <summary>
/// The counter-based random number generator Philox4x32-10 (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011): ten
/// rounds of multiplications turn a counter and a key into 128 random bits. There is no state: which number a token gets depends on nothing
/// but the caption's seed and the token's index.
/// </summary>
public static class Philox
{
    const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;
    const uint Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;
    const int Rounds = 10;

    /// <summary>The four words that the counter (four words, least significant first) becomes under the key (two words).</summary>
    public static (uint, uint, uint, uint) Block((uint, uint, uint, uint) counter, (uint, uint) key)
    {
        var (c0, c1, c2, c3) = counter;
        var (k0, k1) = key;
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * c0;
            var product1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(product1 >> 32) ^ c1 ^ k0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ k1, (uint)product0);
            unchecked
            {
                k0 += Weyl0;
                k1 += Weyl1;
            }
        }
        return (c0, c1, c2, c3);
    }

    /// <summary>The random number of one token, uniform in [0, 1), a multiple of 2^-52.</summary>
    /// <param name="seed">The caption's seed: the key.</param>
    /// <param name="index">The token's index in the caption, from 0: the counter.</param>
    /// <remarks>52 bits and not 53, so that the largest number times a total is below that total after rounding.</remarks>
    public static double Uniform(long seed, int index)
    {
        var (low, high, _, _) = Block(((uint)index, 0, 0, 0), ((uint)seed, (uint)(seed >> 32)));
        return (((ulong)high << 32 | low) >> 12) * (1.0 / (1L << 52));
    }
}
