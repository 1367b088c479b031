using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Pipeline.Similarity.Oracle;

/// <summary>The words that say something about a scene.</summary>
public static class Vocabulary
{
    /// <summary>The nouns.</summary>
    public static IReadOnlyList<string> Shapes { get; } = ["circle", "square", "triangle", "star", "heart", "cross"];

    /// <summary>Colours of objects.</summary>
    public static IReadOnlyList<string> Colours { get; } = ["red", "green", "blue", "yellow", "purple", "orange", "pink", "cyan"];

    /// <summary>Sizes of objects.</summary>
    public static IReadOnlyList<string> Sizes { get; } = ["small", "large"];

    /// <summary>Colours of backgrounds.</summary>
    public static IReadOnlyList<string> Backgrounds { get; } = ["white", "black", "gray", "brown"];

    /// <summary>Where one object lies, seen from another.</summary>
    public static IReadOnlyList<string> Relations { get; } = ["left", "right", "above", "below"];

    /// <summary>Size words and the sizes they mean.</summary>
    public static FrozenDictionary<string, string> SizeOfWord { get; } = new Dictionary<string, string>
    {
        ["small"] = "small", ["little"] = "small", ["large"] = "large", ["big"] = "large",
    }.ToFrozenDictionary();

    internal static bool IsDescriptor(string word) => SizeOfWord.ContainsKey(word) || Colours.Contains(word) || Backgrounds.Contains(word);
}

/// <summary>One object as a caption names it: its noun and the descriptors before it.</summary>
public sealed record Phrase(string Shape, IReadOnlyList<string> Descriptors);

/// <summary>A relation word between the phrase with this number and the next one.</summary>
public sealed record RelationClaim(int PhraseBefore, string Word);

/// <summary>
/// What a caption claims. <paramref name="Backgrounds"/> are the descriptors before each "background";
/// <paramref name="Stray"/> counts descriptors and relations that describe nothing and so cannot be true.
/// </summary>
public sealed record Claims(
    IReadOnlyList<Phrase> Phrases, IReadOnlyList<string> Backgrounds, IReadOnlyList<RelationClaim> Relations, int Stray)
{
    /// <summary>The number of claims, right or wrong.</summary>
    public int Count => Phrases.Sum(phrase => 1 + phrase.Descriptors.Count) + Backgrounds.Count + Relations.Count + Stray;
}

/// <summary>Reads captions of the tiny world. Words that it does not know claim nothing.</summary>
public static partial class CaptionParser
{
    private static readonly Regex Sentence = SentencePattern();

    /// <summary>The caption's words: runs of letters a to z, in lower case.</summary>
    public static IReadOnlyList<string> Words(string caption) => [.. Letters().Matches(caption).Select(m => m.Value.ToLowerInvariant())];

    /// <summary>What the caption claims.</summary>
    public static Claims Parse(string caption)
    {
        var phrases = new List<Phrase>();
        var backgrounds = new List<string>();
        var relations = new List<RelationClaim>();
        var stray = 0;
        var descriptors = new List<string>();       // since the last noun or other word
        var pending = new List<string>();           // relation words since the last noun
        foreach (var word in Words(caption))
        {
            if (Vocabulary.IsDescriptor(word))
            {
                descriptors.Add(word);
            }
            else if (Vocabulary.Shapes.Contains(word))
            {
                if (phrases.Count == 0)
                    stray += pending.Count;
                else
                    relations.AddRange(pending.Select(relation => new RelationClaim(phrases.Count - 1, relation)));
                phrases.Add(new Phrase(word, descriptors));
                descriptors = [];
                pending.Clear();
            }
            else if (word == "background")
            {
                backgrounds.AddRange(descriptors);
                descriptors = [];
            }
            else
            {
                stray += descriptors.Count;
                descriptors = [];
                if (Vocabulary.Relations.Contains(word))
                    pending.Add(word);
            }
        }
        return new Claims(phrases, backgrounds, relations, stray + descriptors.Count + pending.Count);
    }

    /// <summary>
    /// Whether the caption is a sentence as the pack's captions are, articles included; case and punctuation do not count.
    /// </summary>
    public static bool IsGrammatical(string caption) => Sentence.IsMatch(string.Join(' ', Words(caption)));

    private static Regex SentencePattern()
    {
        static string AnyOf(IEnumerable<string> words) => $"(?:{string.Join('|', words)})";
        var phrase = $"(?:(?:an(?= orange )|a(?! orange )) (?:{AnyOf(Vocabulary.SizeOfWord.Keys)} )?"
            + $"(?:{AnyOf(Vocabulary.Colours)} )?{AnyOf(Vocabulary.Shapes)})";
        return new Regex(
            $@"\A(?:(?:there is|a (?:picture|photo) of|an image of) )?{phrase}"
            + $"(?: (?:and|next to|left of|right of|above|below) {phrase})?"
            + $@"(?: (?:on|with) a {AnyOf(Vocabulary.Backgrounds)} background)?\z", RegexOptions.CultureInvariant);
    }

    [GeneratedRegex("[A-Za-z]+", RegexOptions.CultureInvariant)]
    private static partial Regex Letters();
}
