using System.Globalization;
using System.Text;

namespace Pipeline.Models.Tokenizers;

/// <summary>
/// How uncased BERT cuts text into words (google-research/bert, <c>BasicTokenizer</c>): control characters dropped, lower case, accents
/// stripped, each punctuation character and each CJK ideograph a word of its own.
/// </summary>
static class BertWords
{
    static readonly (int First, int Last)[] Ideographs =
    [
        (0x3400, 0x4dbf), (0x4e00, 0x9fff), (0xf900, 0xfaff),
        (0x20000, 0x2a6df), (0x2a700, 0x2b73f), (0x2b740, 0x2b81f), (0x2b820, 0x2ceaf), (0x2f800, 0x2fa1f),
    ];

    /// <summary>The words of <paramref name="text"/>, in lower case and without accents.</summary>
    public static IEnumerable<string> Split(string text) => Spaced(text).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    static string Spaced(string text)
    {
        var spaced = new StringBuilder(text.Length + 16);
        var plain = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsSpace(rune))
                spaced.Append(' ');
            else if (IsIdeograph(rune))
            {
                spaced.Append(' ');
                Accents.AppendStripped(spaced, rune);
                spaced.Append(' ');
            }
            else if (!IsDropped(rune))
            {
                plain.Clear();
                Accents.AppendStripped(plain, Lower(rune));
                foreach (var left in plain.ToString().EnumerateRunes())
                    _ = IsPunctuation(left) ? spaced.Append(' ').Append(left).Append(' ') : spaced.Append(left);
            }
        }

        return spaced.ToString();
    }

    /// <summary>U+0130 becomes an i with a dot above, a mark; .NET's invariant lower case leaves it as it is.</summary>
    static Rune Lower(Rune rune) => rune.Value == 0x130 ? new Rune('i') : Rune.ToLowerInvariant(rune);

    static bool IsSpace(Rune rune) => rune.Value is '\t' or '\n' or '\r' || Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    static bool IsDropped(Rune rune) => rune.Value is 0 or 0xfffd || Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned;

    static bool IsIdeograph(Rune rune) => Array.Exists(Ideographs, range => rune.Value >= range.First && rune.Value <= range.Last);

    /// <summary>All of ASCII but letters, digits, space and controls counts, "$" and "^" too; beyond, Unicode's punctuation.</summary>
    static bool IsPunctuation(Rune rune) =>
        rune.Value is (>= 33 and <= 47) or (>= 58 and <= 64) or (>= 91 and <= 96) or (>= 123 and <= 126) || Rune.IsPunctuation(rune);
}
