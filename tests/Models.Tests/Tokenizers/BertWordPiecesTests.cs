using Pipeline.Models.Tokenizers;

namespace Pipeline.Models.Tests.Tokenizers;

public sealed class BertWordPiecesTests
{
    const string Specials = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n";

    [Theory]
    [InlineData("É", new[] { "e" })]
    [InlineData("İ", new[] { "i" })]
    [InlineData("각", new[] { "\u1100", "##\u1161", "##\u11a8" })]
    [InlineData("가", new[] { "\u1100", "##\u1161" })]
    [InlineData("\u212b", new[] { "a" })]
    [InlineData("a\u2028a", new[] { "a", "a" })]
    public void Characters_are_decomposed_without_ICU(string text, string[] expected) =>
        Load(Specials + "e\ni\na\n\u1100\n##\u1161\n##\u11a8\n").Tokenize(text).ShouldBe(expected);

    [Fact]
    public void A_word_of_more_than_a_hundred_characters_is_unknown()
    {
        var tokenizer = Load(Specials + "a\n##a\n");
        tokenizer.Tokenize(new string('a', 100)).Count.ShouldBe(100);
        tokenizer.Tokenize(new string('a', 101)).ShouldBe(["[UNK]"]);
    }

    [Fact]
    public void A_batch_is_padded_to_its_longest_text()
    {
        var tokenizer = Load(Specials + "a\n");
        var batch = TokenBatch.Pad([tokenizer.Encode("a"), tokenizer.Encode("a a")], tokenizer.Padding);
        (batch.Rows, batch.Columns).ShouldBe((2, 4));
        batch.Ids.ShouldBe([2, 5, 3, 0, 2, 5, 5, 3]);
        batch.Mask.ShouldBe([1, 1, 1, 0, 1, 1, 1, 1]);
    }

    [Fact]
    public void A_vocabulary_without_a_special_token_is_refused() =>
        Should.Throw<InvalidDataException>(() => Load("[PAD]\n[UNK]\n[CLS]\n[MASK]\n")).Message.ShouldContain("no [SEP]");

    [Fact]
    public void A_cased_vocabulary_is_refused() =>
        Should.Throw<InvalidDataException>(() => BertWordPieces.Load(new InMemoryFiles(
            ("vocab.txt", Specials), ("tokenizer_config.json", """{"do_lower_case": false}""")))).Message.ShouldContain("do_lower_case");

    static BertWordPieces Load(string vocabulary) => BertWordPieces.Load(new InMemoryFiles(("vocab.txt", vocabulary)));
}
