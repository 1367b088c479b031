using System.Globalization;
using System.Text;

namespace Pipeline.Models.Tokenizers;

/// <summary>
/// Lower case as Python's <c>str.lower</c> has it: Unicode's full mapping (SpecialCasing.txt), where U+0130 becomes two characters and a
/// capital sigma at the end of a word a final one.
/// </summary>
static class LowerCase
{
    /// <summary><paramref name="text"/> in lower case.</summary>
    public static string Of(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        var lower = new StringBuilder(text.Length);
        for (var i = 0; i < runes.Length; i++)
            _ = runes[i].Value switch
            {
                0x130 => lower.Append("i\u0307"),
                0x3a3 => lower.Append(EndsWord(runes, i) ? 'ς' : 'σ'),
                _ => lower.Append(Rune.ToLowerInvariant(runes[i])),
            };
        return lower.ToString();
    }

    /// <summary>Unicode's Final_Sigma: a cased letter before, none after; what case ignores does not count.</summary>
    static bool EndsWord(Rune[] runes, int sigma) =>
        runes[..sigma].Reverse().SkipWhile(IgnoresCase).Take(1).Any(IsCased)
        && !runes[(sigma + 1)..].SkipWhile(IgnoresCase).Take(1).Any(IsCased);

    /// <summary>Case_Ignorable: marks, modifiers, formats and the punctuation within words (Word_Break MidLetter, MidNumLet).</summary>
    static bool IgnoresCase(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or UnicodeCategory.ModifierLetter
            or UnicodeCategory.ModifierSymbol => true,
        _ => rune.Value is '\'' or '.' or ':' or 0xb7 or 0x387 or 0x55f or 0x5f4 or 0x2018 or 0x2019 or 0x2024 or 0x2027
            or 0xfe13 or 0xfe52 or 0xfe55 or 0xff07 or 0xff0e or 0xff1a,
    };

    /// <summary>Cased: letters in one of the cases, and the letters in circles and Roman numbers that have one.</summary>
    static bool IsCased(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter => true,
        _ => rune.Value is 0xaa or 0xba or (>= 0x2160 and <= 0x217f) or (>= 0x24b6 and <= 0x24e9)
            or (>= 0x1f130 and <= 0x1f149) or (>= 0x1f150 and <= 0x1f169) or (>= 0x1f170 and <= 0x1f189),
    };
}
