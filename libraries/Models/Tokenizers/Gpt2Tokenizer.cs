using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace Pipeline.Models.Tokenizers;

/// <summary>
/// GPT-2's byte-level byte-pair encoding, equal to Hugging Face's <c>GPT2Tokenizer</c>: any vocabulary and merges in its layout, special
/// tokens recognised in text. Safe for use from several threads.
/// </summary>
public sealed class Gpt2Tokenizer
{
    readonly BpeTokenizer bytePairs;
    readonly Dictionary<string, int> ids;
    readonly Dictionary<int, string> tokens;
    readonly HashSet<int> specialIds;
    readonly Regex wholeTokens;
    readonly bool addPrefixSpace;
    readonly bool cleanUp;

    Gpt2Tokenizer(IModelFiles files)
    {
        var config = TokenizerConfig.Load(files);
        ids = Gpt2Files.ReadVocabulary(files);
        RequireBytes(files, ids.Keys.Except([.. Specials(config), .. config.AddedTokens.Keys]));
        foreach (var (token, id) in config.AddedTokens)
            ids[token] = id;
        foreach (var special in Specials(config))
            ids.TryAdd(special, ids.Values.Max() + 1);

        tokens = ids.DistinctBy(token => token.Value).ToDictionary(token => token.Value, token => token.Key);
        specialIds = [.. Specials(config).Select(token => ids[token])];
        wholeTokens = TokenText.Finder(Specials(config).Union(config.AddedTokens.Keys));
        addPrefixSpace = config.Flag("add_prefix_space", false);
        cleanUp = config.Flag("clean_up_tokenization_spaces", true);
        BeginOfText = ids[Special(config, "bos_token")!];
        EndOfText = ids[Special(config, "eos_token")!];
        Padding = Special(config, "pad_token") is { } padding ? ids[padding] : null;
        bytePairs = BpeTokenizer.Create(new BpeOptions(ids)
        {
            Merges = Gpt2Files.ReadMerges(files),
            ByteLevel = true,
            UnknownToken = Special(config, "unk_token"),
        });
    }

    /// <summary>The id of <c>bos_token</c>.</summary>
    public int BeginOfText { get; }

    /// <summary>The id of <c>eos_token</c>.</summary>
    public int EndOfText { get; }

    /// <summary>The id of <c>pad_token</c>; null when there is none.</summary>
    public int? Padding { get; }

    /// <summary>The number of tokens.</summary>
    public int Count => tokens.Count;

    /// <summary>
    /// Reads <c>vocab.json</c>, <c>merges.txt</c> and, where they are, <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and
    /// <c>added_tokens.json</c>.
    /// </summary>
    /// <exception cref="InvalidDataException">One of them is damaged; the message names it.</exception>
    public static Gpt2Tokenizer Load(IModelFiles files) => new(files);

    /// <summary>The ids of <paramref name="text"/>.</summary>
    /// <param name="text">Any text; special tokens in it become their ids.</param>
    /// <param name="addPrefixSpace">
    /// Whether to put a space before the text, so that its first word is encoded as within a sentence; null: as configured.
    /// </param>
    public int[] Encode(string text, bool? addPrefixSpace = null)
    {
        var encoded = new List<int>();
        foreach (var (piece, whole) in TokenText.Split(addPrefixSpace ?? this.addPrefixSpace ? " " + text : text, wholeTokens))
            if (whole)
                encoded.Add(ids[piece]);
            else
                foreach (var word in Gpt2Words.Split(piece))
                    encoded.AddRange(bytePairs.EncodeToIds(word, considerPreTokenization: false, considerNormalization: false));
        return [.. encoded];
    }

    /// <summary>The text of <paramref name="ids"/>; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    /// <param name="cleanUp">
    /// Whether spaces before punctuation and within contractions are taken out; null: as configured (by default they are).
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">There is no token with one of the ids.</exception>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = true, bool? cleanUp = null)
    {
        var bytes = new List<byte>();
        foreach (var id in ids)
            if (!skipSpecialTokens || !specialIds.Contains(id))
                foreach (var character in Token(id))
                    bytes.AddRange(ByteAlphabet.TryByte(character, out var value) ? [value] : Encoding.UTF8.GetBytes([character]));
        var text = Encoding.UTF8.GetString([.. bytes]);
        return cleanUp ?? this.cleanUp ? TokenText.CleanUp(text) : text;
    }

    /// <summary>The token with this id, in GPT-2's byte alphabet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public string Token(int id) => tokens.TryGetValue(id, out var token)
        ? token
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"There are {tokens.Count} tokens, none with this id.");

    static string? Special(TokenizerConfig config, string role) => config.Special(role, otherwise: role switch
    {
        "unk_token" or "bos_token" or "eos_token" => "<|endoftext|>",
        _ => null,
    });

    static IEnumerable<string> Specials(TokenizerConfig config)
    {
        string[] roles = ["unk_token", "bos_token", "eos_token", "pad_token", "sep_token", "cls_token", "mask_token"];
        return roles.Select(role => Special(config, role)).OfType<string>().Union(config.AdditionalSpecials);
    }

    static void RequireBytes(IModelFiles files, IEnumerable<string> tokens)
    {
        if (tokens.FirstOrDefault(token => !token.All(character => ByteAlphabet.TryByte(character, out _))) is { } token)
            throw new InvalidDataException($"{files.Name}/vocab.json: the token '{token}' has a character that stands for no byte.");
    }
}
