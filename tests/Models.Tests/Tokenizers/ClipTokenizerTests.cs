using Pipeline.Models.Tokenizers;

namespace Pipeline.Models.Tests.Tokenizers;

public sealed class ClipTokenizerTests
{
    const string Vocabulary =
        """{"a": 0, "b": 1, "a</w>": 2, "b</w>": 3, "ab</w>": 4, "<|startoftext|>": 5, "<|endoftext|>": 6, "!</w>": 7, "!": 8}""";

    const string Merges = "#version: 0.2\na b</w>\n";

    [Fact]
    public void Words_end_with_their_own_tokens() => Load().Encode("AB a ba").ShouldBe([4, 2, 1, 2]);

    [Fact]
    public void A_short_text_is_padded_with_the_configured_token()
    {
        var tokenizer = Load(("tokenizer_config.json", """{"model_max_length": 6, "pad_token": "!</w>"}"""));
        tokenizer.MaxLength.ShouldBe(6);
        tokenizer.Context("ab").ShouldBe([5, 4, 6, 7, 7, 7]);
        tokenizer.Context("ab", padding: 0).ShouldBe([5, 4, 6, 0, 0, 0]);
        tokenizer.Context("").ShouldBe([5, 6, 7, 7, 7, 7]);
    }

    [Theory]
    [InlineData("a a", new[] { 5, 2, 2, 6 })]
    [InlineData("a a a", new[] { 5, 2, 2, 6 })]
    public void A_long_text_is_cut_before_the_end_mark(string text, int[] expected) =>
        Load(("tokenizer_config.json", """{"model_max_length": 4}""")).Context(text).ShouldBe(expected);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"model_max_length": 1000000000000000019884624838656}""")]
    public void Without_a_length_the_context_is_that_of_the_published_models(string config) =>
        Load(("tokenizer_config.json", config)).Context("a").Length.ShouldBe(77);

    [Fact]
    public void Special_tokens_may_be_named_in_either_file()
    {
        var tokenizer = Load(("special_tokens_map.json", """{"pad_token": {"content": "!"}, "bos_token": "b</w>"}"""));
        (tokenizer.BeginOfText, tokenizer.EndOfText, tokenizer.Padding).ShouldBe((3, 6, 8));
    }

    [Fact]
    public void Decoding_leaves_the_marks_out_unless_asked()
    {
        var tokenizer = Load();
        tokenizer.Decode(tokenizer.Context("ab a!")).ShouldBe("ab a ! ");
        tokenizer.Decode([5, 4, 6], skipSpecialTokens: false).ShouldBe("<|startoftext|>ab <|endoftext|>");
        Should.Throw<ArgumentOutOfRangeException>(() => tokenizer.Decode([9])).Message.ShouldContain("9 tokens");
    }

    [Fact]
    public void A_mark_in_text_is_one_token_only_where_a_word_may_begin() =>
        ClipWords.Split("a<|endoftext|> !<|endoftext|>", ["<|endoftext|>"])
            .ShouldBe(["a", "<|endoftext|>", "!<|", "endoftext", "|>"]);

    [Theory]
    [InlineData("it's we'll o'neil", new[] { "it", "'s", "we", "'ll", "o", "'", "neil" })]
    [InlineData("a12 ½x", new[] { "a", "1", "2", "½", "x" })]
    [InlineData("\U0001d54f\U0001d7d9\U0001d7da\U0001f600!", new[] { "\U0001d54f", "\U0001d7d9", "\U0001d7da", "\U0001f600!" })]
    public void Letters_run_digits_stand_alone_and_contractions_are_cut(string text, string[] expected) =>
        ClipWords.Split(text, []).ShouldBe(expected);

    [Theory]
    [InlineData("vocab.json", "{", "vocab.json")]
    [InlineData("vocab.json", "{}", "vocab.json is empty")]
    [InlineData("vocab.json", """{"a": 0}""", "vocab.json has no token '<|startoftext|>', which is the bos_token")]
    [InlineData("merges.txt", "a b c", "merges.txt: 'a b c'")]
    [InlineData("tokenizer_config.json", "[]", "tokenizer_config.json")]
    [InlineData("tokenizer_config.json", """{"pad_token": "<pad>"}""", "no token '<pad>', which is the pad_token")]
    [InlineData("tokenizer_config.json", """{"unk_token": "<unk>"}""", "no token '<unk>', which is the unk_token")]
    [InlineData("tokenizer_config.json", """{"model_max_length": 1}""", "tokenizer_config.json: model_max_length is 1;")]
    [InlineData("tokenizer_config.json", """{"model_max_length": "77"}""", "tokenizer_config.json: model_max_length is \"77\"")]
    [InlineData("tokenizer_config.json", """{"do_lower_case": false}""", "tokenizer_config.json: do_lower_case is false")]
    public void A_damaged_file_is_named_with_what_is_wrong(string path, string text, string expected)
    {
        (string Path, string Text)[] good = [("vocab.json", Vocabulary), ("merges.txt", Merges)];
        var damaged = new InMemoryFiles([.. good.Where(file => file.Path != path), (path, text)]);
        Should.Throw<InvalidDataException>(() => ClipTokenizer.Load(damaged)).Message.ShouldContain(expected);
    }

    static ClipTokenizer Load(params (string Path, string Text)[] files) =>
        ClipTokenizer.Load(new InMemoryFiles([("vocab.json", Vocabulary), ("merges.txt", Merges), .. files]));
}
