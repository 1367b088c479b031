using System.Globalization;
using System.Text;

namespace Pipeline.Models.Tokenizers;

/// <summary>
/// Canonical decomposition without nonspacing marks: "é" becomes "e". The runtime can decompose only with ICU, which a slim container does
/// not have; the few thousand characters that change are therefore a table.
/// </summary>
static class Accents
{
    static readonly Dictionary<int, int[]> Stripped = ReadTable();

    /// <summary>Appends what is left of <paramref name="rune"/> to <paramref name="text"/>.</summary>
    public static void AppendStripped(StringBuilder text, Rune rune)
    {
        if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark)
            return;
        if (Stripped.TryGetValue(rune.Value, out var parts))
            foreach (var part in parts)
                text.Append(new Rune(part));
        else if (rune.Value is >= 0xac00 and <= 0xd7a3)
            AppendHangul(text, rune.Value - 0xac00);
        else
            text.Append(rune);
    }

    /// <summary>A Hangul syllable is leading consonant x 588 + vowel x 28 + trailing consonant (Unicode, section 3.12).</summary>
    static void AppendHangul(StringBuilder text, int syllable)
    {
        text.Append((char)(0x1100 + syllable / 588)).Append((char)(0x1161 + syllable % 588 / 28));
        if (syllable % 28 != 0)
            text.Append((char)(0x11a7 + syllable % 28));
    }

    static Dictionary<int, int[]> ReadTable()
    {
        using var reader = new StreamReader(typeof(Accents).Assembly.GetManifestResourceStream("StrippedAccents.txt")!);
        var table = new Dictionary<int, int[]>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            var fields = line.Split(' ');
            int[] left = [.. fields[0].Split('+').Select(Hexadecimal)];
            foreach (var character in fields.Skip(1))
                table.Add(Hexadecimal(character), left);
        }

        return table;
    }

    static int Hexadecimal(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
