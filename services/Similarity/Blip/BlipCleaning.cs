using System.Text.RegularExpressions;

namespace Pipeline.Similarity.Blip;

/// <summary>What is done to a caption before BLIP reads it.</summary>
/// <param name="Punctuation">
/// Whether it is put in lower case, its punctuation taken out and its words limited, as <c>pre_caption</c> of BLIP's own code does to the
/// captions that it is trained and evaluated on.
/// </param>
/// <param name="MaxWords">The most words that are kept then; at least 1.</param>
/// <param name="MaxTokens">The most tokens, [CLS] and [SEP] included; at least 2.</param>
public sealed partial record BlipCleaning(bool Punctuation = true, int MaxWords = 30, int MaxTokens = 35)
{
    /// <summary>The text that BLIP reads.</summary>
    public string Clean(string caption)
    {
        if (!Punctuation)
            return caption;
        var words = Spaces.Replace(Marks.Replace(caption.ToLowerInvariant(), " "), " ").Trim().Split(' ');
        return string.Join(' ', words.Take(MaxWords));
    }

    /// <summary>BLIP leaves commas, question marks, apostrophes and hyphens.</summary>
    [GeneratedRegex("""[.!"()*#:;~]""")]
    private static partial Regex Marks { get; }

    [GeneratedRegex(@"\s{2,}")]
    private static partial Regex Spaces { get; }
}
