namespace Pipeline.CaptionMetrics;

/// <summary>
/// The words of a caption: lower case, split at white space and punctuation, of which only a hyphen or an apostrophe inside a word stays.
/// </summary>
/// <remarks>
/// This is not the Penn Treebank tokeniser that COCO's evaluation runs. It gives the same words for words of letters and digits, with
/// sentence marks, brackets and quotes anywhere around them and hyphens inside them. It differs for contractions ("don't", "man's": one word
/// here, two there), marks inside numbers ("3.5": two words here), and signs that the Treebank keeps as words ("$", "&amp;", "%").
/// </remarks>
public static class CaptionWords
{
    /// <summary>The words of <paramref name="caption"/>, in order; none for a caption without any.</summary>
    public static string[] Of(string caption)
    {
        var kept = new char[caption.Length];
        for (var i = 0; i < caption.Length; i++) kept[i] = IsOfWord(caption, i) ? char.ToLowerInvariant(caption[i]) : ' ';
        return new string(kept).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    static bool IsOfWord(string caption, int i) => IsLetter(caption, i)
        || (caption[i] is '-' or '\'' or '\u2019' && IsLetter(caption, i - 1) && IsLetter(caption, i + 1));

    static bool IsLetter(string caption, int i) => i >= 0 && i < caption.Length
        && (char.IsLetterOrDigit(caption[i]) || char.IsSurrogate(caption[i]) || char.GetUnicodeCategory(caption[i])
            is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark);
}
