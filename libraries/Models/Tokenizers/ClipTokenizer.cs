using System.Text;
using Microsoft.ML.Tokenizers;

namespace Pipeline.Models.Tokenizers;

/// <summary>
/// CLIP's byte-pair encoding of lower-cased text, equal to openai/CLIP's <c>SimpleTokenizer</c> and to Hugging Face's <c>CLIPTokenizer</c>
/// with ftfy wherever ftfy has nothing to repair. Any vocabulary in the latter's layout. Safe for use from several threads.
/// </summary>
public sealed class ClipTokenizer
{
    /// <summary>What ends the last token of a word in the vocabulary.</summary>
    const string EndOfWord = "</w>";

    /// <summary>The context of the published models.</summary>
    const int UsualLength = 77;

    readonly BpeTokenizer bytePairs;
    readonly Dictionary<string, int> ids;
    readonly Dictionary<int, string> tokens;
    readonly string[] wholeTokens;
    readonly HashSet<int> specialIds;

    ClipTokenizer(IModelFiles files)
    {
        var config = TokenizerConfig.Load(files);
        if (!config.Flag("do_lower_case", true))
            throw new InvalidDataException($"{files.Name}/tokenizer_config.json: do_lower_case is false; CLIP's text is lower-cased.");
        ids = Gpt2Files.ReadVocabulary(files);
        foreach (var (token, id) in config.AddedTokens)
            ids[token] = id;
        BeginOfText = Id(files, config, "bos_token", "<|startoftext|>");
        EndOfText = Id(files, config, "eos_token", "<|endoftext|>");
        Padding = Id(files, config, "pad_token", "<|endoftext|>");
        Id(files, config, "unk_token", "<|endoftext|>");
        MaxLength = config.Length("model_max_length", UsualLength);
        if (MaxLength < 2)
            throw new InvalidDataException(
                $"{files.Name}/tokenizer_config.json: model_max_length is {MaxLength}; the marks of begin and end alone need 2.");

        tokens = ids.DistinctBy(token => token.Value).ToDictionary(token => token.Value, token => token.Key);
        specialIds = [BeginOfText, EndOfText];
        wholeTokens = [tokens[BeginOfText], tokens[EndOfText]];
        bytePairs = BpeTokenizer.Create(new BpeOptions(ids)
        {
            Merges = Gpt2Files.ReadMerges(files),
            ByteLevel = true,
            EndOfWordSuffix = EndOfWord,
            UnknownToken = config.Special("unk_token", "<|endoftext|>"),
        });
    }

    /// <summary>The id of <c>bos_token</c>.</summary>
    public int BeginOfText { get; }

    /// <summary>The id of <c>eos_token</c>.</summary>
    public int EndOfText { get; }

    /// <summary>The id of <c>pad_token</c>, which is that of <c>eos_token</c> in most models.</summary>
    public int Padding { get; }

    /// <summary><c>model_max_length</c>: the length of every context, at least 2.</summary>
    public int MaxLength { get; }

    /// <summary>The number of tokens.</summary>
    public int Count => tokens.Count;

    /// <summary>
    /// Reads <c>vocab.json</c>, <c>merges.txt</c> and, where they are, <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and
    /// <c>added_tokens.json</c>.
    /// </summary>
    /// <exception cref="InvalidDataException">One of them is damaged; the message names it and, where there is one, the key.</exception>
    /// <exception cref="FileNotFoundException">There is no vocabulary or there are no merges.</exception>
    public static ClipTokenizer Load(IModelFiles files) => new(files);

    /// <summary>The ids of <paramref name="text"/>, of any length, without begin and end.</summary>
    public int[] Encode(string text)
    {
        var encoded = new List<int>();
        foreach (var word in ClipWords.Split(ClipWords.Clean(text), wholeTokens))
            if (wholeTokens.Contains(word))
                encoded.Add(ids[word]);
            else
                encoded.AddRange(bytePairs.EncodeToIds(word, considerPreTokenization: false, considerNormalization: false));
        return [.. encoded];
    }

    /// <summary>
    /// What a text encoder reads, <see cref="MaxLength"/> ids: begin, those of <paramref name="text"/>, end, padding; of a text that is too
    /// long the beginning, with the end mark last.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <param name="padding">The id after the end; null: <see cref="Padding"/>, as Hugging Face has it. OpenAI's code pads with 0.</param>
    public int[] Context(string text, int? padding = null)
    {
        var encoded = Encode(text).AsSpan();
        encoded = encoded[..Math.Min(encoded.Length, MaxLength - 2)];
        var context = new int[MaxLength];
        Array.Fill(context, padding ?? Padding);
        context[0] = BeginOfText;
        encoded.CopyTo(context.AsSpan(1));
        context[encoded.Length + 1] = EndOfText;
        return context;
    }

    /// <summary>
    /// The text of <paramref name="ids"/>, in lower case, with a space after every word, also the last; bytes that are not UTF-8 become
    /// U+FFFD.
    /// </summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="skipSpecialTokens">Whether begin and end are left out (and padding that is the end).</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no token with one of the ids.</exception>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = true)
    {
        var bytes = new List<byte>();
        foreach (var id in ids)
            if (!skipSpecialTokens || !specialIds.Contains(id))
                foreach (var character in Token(id))
                    bytes.AddRange(ByteAlphabet.TryByte(character, out var value) ? [value] : Encoding.UTF8.GetBytes([character]));
        return Encoding.UTF8.GetString([.. bytes]).Replace(EndOfWord, " ", StringComparison.Ordinal);
    }

    /// <summary>The token with this id, in the vocabulary's byte alphabet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public string Token(int id) => tokens.TryGetValue(id, out var token)
        ? token
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"There are {tokens.Count} tokens, none with this id.");

    int Id(IModelFiles files, TokenizerConfig config, string role, string otherwise)
    {
        var token = config.Special(role, otherwise)!;
        return ids.TryGetValue(token, out var id)
            ? id
            : throw new InvalidDataException($"{files.Name}/vocab.json has no token '{token}', which is the {role}.");
    }
}
