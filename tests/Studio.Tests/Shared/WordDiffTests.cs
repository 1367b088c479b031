using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Pipeline.Studio.Shared;

namespace Pipeline.Studio.Tests.Shared;

public sealed class WordDiffTests
{
    public sealed record Captions(string Before, string After);

    /// <summary>Few words, so that many are in both.</summary>
    public static class FewWords
    {
        static Gen<string> Caption => Gen.ListOf(Gen.Elements("a", "red", "square", "on", "black")).Select(words => string.Join(' ', words));

        public static Arbitrary<Captions> Pairs() => Arb.From(from before in Caption from after in Caption select new Captions(before, after));
    }

    [Fact]
    public void Words_in_both_are_kept_and_neighbours_with_one_fate_are_one_text() =>
        WordDiff.Of("a square on black", "a green square on a black background").ShouldBe(
        [
            (WordChange.Kept, "a"), (WordChange.Added, "green"), (WordChange.Kept, "square on"), (WordChange.Added, "a"), (WordChange.Kept, "black"),
            (WordChange.Added, "background"),
        ]);

    [Fact]
    public void Equal_captions_are_kept_whole_and_empty_ones_differ_in_nothing()
    {
        WordDiff.Of("a red square", "a red square").ShouldBe([(WordChange.Kept, "a red square")]);
        WordDiff.Of("", "").ShouldBeEmpty();
        WordDiff.Of("", "a").ShouldBe([(WordChange.Added, "a")]);
    }

    [Property(Arbitrary = [typeof(FewWords)])]
    public void What_is_kept_or_removed_is_the_caption_before_and_what_is_kept_or_added_the_one_after(Captions captions)
    {
        var changes = WordDiff.Of(captions.Before, captions.After);
        Without(WordChange.Added).ShouldBe(captions.Before);
        Without(WordChange.Removed).ShouldBe(captions.After);

        string Without(WordChange change) => string.Join(' ', changes.Where(part => part.Change != change).Select(part => part.Text));
    }

    [Property(Arbitrary = [typeof(FewWords)])]
    public void No_word_is_taken_out_that_could_be_kept_in_its_place(Captions captions)
    {
        int Words(string from, string to, WordChange change) =>
            WordDiff.Of(from, to).Where(part => part.Change == change).Sum(part => part.Text.Split(' ').Length);
        Words(captions.Before, captions.After, WordChange.Kept).ShouldBe(Words(captions.After, captions.Before, WordChange.Kept));
        Words(captions.Before, captions.Before, WordChange.Removed).ShouldBe(0);
    }
}
