using Pipeline.Similarity.Blip;

namespace Pipeline.Similarity.Tests.Blip;

public sealed class BlipCleaningTests
{
    [Theory]
    [InlineData("A man, riding; a (red) \"bike\"!", "a man, riding a red bike")]
    [InlineData("two  dogs\n\nplay...", "two dogs play")]
    [InlineData("what's that? a black-and-white cat.", "what's that? a black-and-white cat")]
    [InlineData("", "")]
    public void Captions_are_cleaned_as_BLIP_s_own_code_does(string caption, string expected) =>
        new BlipCleaning().Clean(caption).ShouldBe(expected);

    [Fact]
    public void Words_beyond_the_limit_are_left_out() => new BlipCleaning(MaxWords: 2).Clean("one two three").ShouldBe("one two");

    [Fact]
    public void Cleaning_can_be_switched_off() => new BlipCleaning(Punctuation: false).Clean("A. B").ShouldBe("A. B");
}
