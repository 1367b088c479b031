using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Pipeline.Models.Tokenizers;

/// <summary>How CLIP cleans text and cuts it into words (openai/CLIP, clip/simple_tokenizer.py), save for the repairs of ftfy.</summary>
static partial class ClipWords
{
    static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    enum Kind
    {
        Space,
        Letter,
        Number,
        Other,
    }

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces { get; }

    /// <summary>HTML references replaced twice, white space collapsed, lower case.</summary>
    public static string Clean(string text) =>
        LowerCase.Of(Spaces.Replace(HtmlText.Unescape(HtmlText.Unescape(text)), " ").Trim());

    /// <summary>
    /// The words of clean text: whole tokens, contractions, runs of letters, single digits, runs of anything else. White space is left
    /// out. What comes first in this list is tried first at each place, so that a token amid other signs is none.
    /// </summary>
    /// <param name="text">Clean text.</param>
    /// <param name="wholeTokens">Tokens that text may contain, in lower case.</param>
    public static IEnumerable<string> Split(string text, IReadOnlyCollection<string> wholeTokens)
    {
        for (var at = 0; at < text.Length;)
        {
            var (kind, width) = Look(text, at);
            var length = wholeTokens.Concat(Contractions).FirstOrDefault(word => text.AsSpan(at).StartsWith(word))?.Length
                ?? (kind is Kind.Letter or Kind.Other ? Run(text, at, kind) : width);
            if (kind != Kind.Space)
                yield return text.Substring(at, length);
            at += length;
        }
    }

    static int Run(string text, int from, Kind kind)
    {
        var to = from;
        while (to < text.Length && Look(text, to) is var (next, width) && next == kind)
            to += width;
        return to - from;
    }

    /// <summary>The kind of the character at a place and its length; a letter may be two UTF-16 units.</summary>
    static (Kind Kind, int Width) Look(string text, int at)
    {
        var width = Rune.TryGetRuneAt(text, at, out var rune) ? rune.Utf16SequenceLength : 1;
        return (Rune.IsWhiteSpace(rune) ? Kind.Space : Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Kind.Other,
        }, width);
    }
}
