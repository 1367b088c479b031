namespace Pipeline.CaptionMetrics.Tests;

public sealed class CaptionWordsTests
{
    [Theory]
    [InlineData("a red square", "a|red|square")]
    [InlineData("  A Red,\tSQUARE.\n", "a|red|square")]
    [InlineData("\"two\" (small) dogs; one cat!", "two|small|dogs|one|cat")]
    [InlineData("a black-and-white cat - asleep", "a|black-and-white|cat|asleep")]
    [InlineData("a man's 'hat'", "a|man's|hat")]
    [InlineData("caf\u00e9 na\u0069\u0308ve \u732b", "caf\u00e9|na\u0069\u0308ve|\u732b")]
    [InlineData("", "")]
    [InlineData(" ... ", "")]
    public void Words_are_lower_case_and_without_punctuation(string caption, string words) =>
        string.Join('|', CaptionWords.Of(caption)).ShouldBe(words);
}
