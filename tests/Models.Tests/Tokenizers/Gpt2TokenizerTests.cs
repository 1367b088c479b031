using Pipeline.Models.Tokenizers;

namespace Pipeline.Models.Tests.Tokenizers;

public sealed class Gpt2TokenizerTests
{
    const string Vocabulary = """{"a": 0, "b": 1, "ab": 2, "Ġ": 3, "'": 4, "s": 5, "'s": 6, "<|endoftext|>": 7}""";
    const string Merges = "#version: 0.2\na b\n' s\n";

    [Fact]
    public void Bytes_without_a_token_become_the_unknown_token() => Load().Encode("abzab").ShouldBe([2, 7, 2]);

    [Fact]
    public void A_letter_beyond_the_basic_plane_belongs_to_its_word()
    {
        // U+1D54F is a letter of two UTF-16 units; its first byte 0xF0 merges with the "a" before it only within one word.
        const string vocabulary = """{"a": 0, "ð": 1, "að": 2, "<|endoftext|>": 3}""";
        Load(("vocab.json", vocabulary), ("merges.txt", "a ð\n")).Encode("a\U0001d54f").ShouldBe([2, 3, 3, 3]);
    }

    [Fact]
    public void The_configuration_s_switches_and_special_tokens_are_honoured()
    {
        var tokenizer = Load(
            ("vocab.json", Vocabulary), ("merges.txt", Merges),
            ("tokenizer_config.json",
                """{"add_prefix_space": true, "clean_up_tokenization_spaces": false, "pad_token": {"content": "<pad>"}}"""),
            ("special_tokens_map.json", """{"eos_token": "<end>"}"""),
            ("added_tokens.json", """{"<end>": 20}"""));
        tokenizer.Encode("ab").ShouldBe([3, 2]);
        tokenizer.EndOfText.ShouldBe(20);
        tokenizer.BeginOfText.ShouldBe(7);
        tokenizer.Padding.ShouldBe(21);
        tokenizer.Encode("<end>ab<pad>", addPrefixSpace: false).ShouldBe([20, 2, 21]);
        tokenizer.Decode([3, 4, 5, 20]).ShouldBe(" 's");
        tokenizer.Decode([3, 4, 5, 20], cleanUp: true).ShouldBe("'s");
    }

    [Fact]
    public void An_id_beyond_the_vocabulary_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Load().Decode([8])).Message.ShouldContain("8 tokens");

    [Theory]
    [InlineData("vocab.json", "{")]
    [InlineData("vocab.json", "{}")]
    [InlineData("vocab.json", """{"a b": 0}""")]
    [InlineData("merges.txt", "a b c")]
    [InlineData("tokenizer_config.json", "[]")]
    public void A_damaged_file_is_named(string path, string text)
    {
        (string Path, string Text)[] good = [("vocab.json", Vocabulary), ("merges.txt", Merges)];
        (string Path, string Text)[] damaged = [.. good.Where(file => file.Path != path), (path, text)];
        Should.Throw<InvalidDataException>(() => Load(damaged)).Message.ShouldContain(path);
    }

    static Gpt2Tokenizer Load(params (string Path, string Text)[] files) =>
        Gpt2Tokenizer.Load(new InMemoryFiles(files.Length > 0 ? files : [("vocab.json", Vocabulary), ("merges.txt", Merges)]));
}
