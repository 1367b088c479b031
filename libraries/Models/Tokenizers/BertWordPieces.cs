using System.Text;
using System.Text.RegularExpressions;

namespace Pipeline.Models.Tokenizers;

/// <summary>
/// Uncased BERT's word pieces, equal to Hugging Face's slow <c>BertTokenizer(do_lower_case=True)</c>. Own code because the library's
/// tokenizers drop characters such as "&lt;" and emoji. Safe for use from several threads.
/// </summary>
public sealed class BertWordPieces
{
    const int LongestWord = 100;

    readonly string[] tokens;
    readonly Dictionary<string, int> ids;
    readonly HashSet<int> specialIds;
    readonly Regex specials;
    readonly int unknown;
    readonly int start;
    readonly int separator;

    BertWordPieces(IModelFiles files, IReadOnlyList<string> addedTokens)
    {
        var config = TokenizerConfig.Load(files);
        if (!config.Flag("do_lower_case", true))
            throw new InvalidDataException($"{files.Name}: do_lower_case is false; only uncased vocabularies are supported.");

        var vocabulary = ReadVocabulary(files);
        foreach (var (token, id) in config.AddedTokens.OrderBy(token => token.Value))
            if (id == vocabulary.Count)
                vocabulary.Add(token);
            else if (id > vocabulary.Count || vocabulary[id] != token)
                throw new InvalidDataException($"{files.Name}: the added token '{token}' has id {id}, which is not the vocabulary's next.");
        vocabulary.AddRange(config.AdditionalSpecials.Concat(addedTokens).Except(vocabulary));
        tokens = [.. vocabulary];
        ids = new Dictionary<string, int>();
        for (var id = 0; id < tokens.Length; id++)
            ids[tokens[id]] = id;

        int Special(string role, string otherwise) => config.Special(role, otherwise) is var token && ids.TryGetValue(token!, out var id)
            ? id
            : throw new InvalidDataException($"{files.Name}/vocab.txt has no {token}, the {role}.");
        unknown = Special("unk_token", "[UNK]");
        start = Special("cls_token", "[CLS]");
        separator = Special("sep_token", "[SEP]");
        Padding = Special("pad_token", "[PAD]");
        var further = config.AdditionalSpecials.Concat(addedTokens).Select(token => ids[token]);
        specialIds = [unknown, start, separator, Padding, Special("mask_token", "[MASK]"), .. further];
        specials = TokenText.Finder(specialIds.Select(id => tokens[id]).Union(config.AddedTokens.Keys));
    }

    /// <summary>The number of tokens.</summary>
    public int Count => tokens.Length;

    /// <summary>The id that fills up shorter texts.</summary>
    public int Padding { get; }

    /// <summary>Reads <c>vocab.txt</c> and, where it is, <c>tokenizer_config.json</c>.</summary>
    /// <param name="files">The model.</param>
    /// <param name="addedTokens">
    /// Special tokens to add at the end, such as BLIP's [DEC] and [ENC]; those that are there are not added again.
    /// </param>
    /// <exception cref="InvalidDataException">The vocabulary lacks a special token, or it is for cased text.</exception>
    public static BertWordPieces Load(IModelFiles files, params IReadOnlyList<string> addedTokens) => new(files, addedTokens);

    /// <summary>The id of a token that is in the vocabulary.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public int Id(string token) =>
        ids.TryGetValue(token, out var id) ? id : throw new ArgumentException($"The vocabulary has no '{token}'.", nameof(token));

    /// <summary>The word pieces of <paramref name="text"/>, without [CLS] and [SEP].</summary>
    public IReadOnlyList<string> Tokenize(string text) => [.. Pieces(text).Select(id => tokens[id])];

    /// <summary>[CLS] text [SEP], cut to <paramref name="maxLength"/> tokens (at least 2).</summary>
    public int[] Encode(string text, int maxLength = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 2);
        return [start, .. Pieces(text).Take(maxLength - 2), separator];
    }

    /// <summary>
    /// [CLS] first [SEP] second [SEP], cut to <paramref name="maxLength"/> tokens (at least 3) by taking from the end of the longer text,
    /// of the second when both are equal. Segments are 0 up to the first [SEP] and 1 behind it.
    /// </summary>
    public (int[] Ids, int[] Segments) EncodePair(string first, string second, int maxLength = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 3);
        var (a, b) = (Pieces(first), Pieces(second));
        while (a.Count + b.Count > maxLength - 3)
        {
            var longer = a.Count > b.Count ? a : b;
            longer.RemoveAt(longer.Count - 1);
        }

        return ([start, .. a, separator, .. b, separator], [.. Enumerable.Repeat(0, a.Count + 2), .. Enumerable.Repeat(1, b.Count + 1)]);
    }

    /// <summary>The text of <paramref name="ids"/>: special tokens left out, pieces joined, spaces before punctuation taken out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no token with one of the ids.</exception>
    public string Decode(IEnumerable<int> ids)
    {
        var words = ids.Where(id => !specialIds.Contains(id)).Select(id => id >= 0 && id < tokens.Length
            ? tokens[id]
            : throw new ArgumentOutOfRangeException(nameof(ids), id, $"There are {tokens.Length} tokens."));
        return TokenText.CleanUp(string.Join(' ', words).Replace(" ##", "", StringComparison.Ordinal).Trim());
    }

    List<int> Pieces(string text)
    {
        var pieces = new List<int>();
        foreach (var (part, special) in TokenText.Split(text, specials))
            if (special)
                pieces.Add(ids[part]);
            else
                foreach (var word in BertWords.Split(part))
                    AddPieces(pieces, word);
        return pieces;
    }

    /// <summary>
    /// The longest piece that the word starts with, then the longest continuation, and so on; a word that does not come out even is
    /// unknown.
    /// </summary>
    void AddPieces(List<int> pieces, string word)
    {
        var found = new List<int>();
        var runes = word.EnumerateRunes().Select(rune => rune.ToString()).ToArray();
        for (var from = 0; from < runes.Length;)
        {
            var to = runes.Length > LongestWord ? from : runes.Length;
            var id = unknown;
            while (to > from && !ids.TryGetValue((from == 0 ? "" : "##") + string.Concat(runes[from..to]), out id))
                to--;
            if (to == from)
            {
                pieces.Add(unknown);
                return;
            }

            found.Add(id);
            from = to;
        }

        pieces.AddRange(found);
    }

    static List<string> ReadVocabulary(IModelFiles files)
    {
        using var reader = new StreamReader(files.OpenRead("vocab.txt"), Encoding.UTF8);
        var vocabulary = new List<string>();
        while (reader.ReadLine() is { } token)
            vocabulary.Add(token);
        return vocabulary;
    }
}
