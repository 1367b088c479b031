using System.Text.RegularExpressions;

namespace Pipeline.Models.Tokenizers;

/// <summary>What both tokenizers do with text around tokens.</summary>
static class TokenText
{
    static readonly (string From, string To)[] Spaces =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"),
        (" n't", "n't"), (" 'm", "'m"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    /// <summary>
    /// Takes out spaces before punctuation and within contractions: Hugging Face's <c>clean_up_tokenization</c>, in its order.
    /// </summary>
    public static string CleanUp(string text) =>
        Spaces.Aggregate(text, (cleaned, space) => cleaned.Replace(space.From, space.To, StringComparison.Ordinal));

    /// <summary>A pattern that finds <paramref name="tokens"/> in text, the longest first.</summary>
    public static Regex Finder(IEnumerable<string> tokens)
    {
        var patterns = tokens.OrderByDescending(token => token.Length).Select(Regex.Escape).DefaultIfEmpty("(?!)");
        return new Regex(string.Join('|', patterns), RegexOptions.CultureInvariant);
    }

    /// <summary>Cuts <paramref name="text"/> at what <paramref name="finder"/> finds; empty pieces are left out.</summary>
    public static IEnumerable<(string Piece, bool Found)> Split(string text, Regex finder)
    {
        var from = 0;
        foreach (Match match in finder.Matches(text))
        {
            if (match.Index > from)
                yield return (text[from..match.Index], false);
            yield return (match.Value, true);
            from = match.Index + match.Length;
        }

        if (from < text.Length)
            yield return (text[from..], false);
    }
}
