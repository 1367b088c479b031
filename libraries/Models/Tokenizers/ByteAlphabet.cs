namespace Pipeline.Models.Tokenizers;

/// <summary>
/// GPT-2's alphabet: each byte has a visible character, itself where Latin-1 has one, else the next free one from U+0100 on
/// (<c>bytes_to_unicode</c> of openai/gpt-2).
/// </summary>
static class ByteAlphabet
{
    static readonly Dictionary<char, byte> Bytes = Make();

    /// <summary>The byte that <paramref name="character"/> stands for, if any.</summary>
    public static bool TryByte(char character, out byte value) => Bytes.TryGetValue(character, out value);

    static Dictionary<char, byte> Make()
    {
        var bytes = new Dictionary<char, byte>();
        var free = '\u0100';
        for (var value = 0; value < 256; value++)
            bytes[value is (>= '!' and <= '~') or (>= 0xa1 and <= 0xac) or (>= 0xae and <= 0xff) ? (char)value : free++] = (byte)value;
        return bytes;
    }
}
