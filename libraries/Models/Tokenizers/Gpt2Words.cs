using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Pipeline.Models.Tokenizers;

/// <summary>How GPT-2 cuts text into words before byte pairs are merged.</summary>
static partial class Gpt2Words
{
    /// <summary>GPT-2's pattern (openai/gpt-2, src/encoder.py). Contractions are case-sensitive.</summary>
    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern { get; }

    /// <summary>The words of <paramref name="text"/>; together they are the text.</summary>
    public static IEnumerable<string> Split(string text) =>
        Pattern.Matches(InSingleUnits(text)).Select(match => text.Substring(match.Index, match.Length));

    /// <summary>
    /// .NET's patterns see the two halves of a character beyond U+FFFF, and neither is a letter. The pattern asks only for classes there,
    /// so each half is replaced by a character of the whole's class.
    /// </summary>
    static string InSingleUnits(string text)
    {
        if (!text.Any(char.IsHighSurrogate))
            return text;

        var classes = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            if (rune.IsBmp)
                classes.Append(rune);
            else
                classes.Append(Class(Rune.GetUnicodeCategory(rune)), 2);
        return classes.ToString();
    }

    static char Class(UnicodeCategory category) => category switch
    {
        <= UnicodeCategory.OtherLetter => 'a',
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => '0',
        _ => '!',
    };
}
