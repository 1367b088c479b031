using Pipeline.Captioner;
using Pipeline.Models;
using Pipeline.Models.Tokenizers;
using Pipeline.Testing;

namespace Pipeline.Rollout.Tests;

public sealed class CaptionTextTests
{
    static readonly Gpt2Tokenizer Tokenizer =
        Gpt2Tokenizer.Load(new ModelFolder(Path.Combine(Repository.Root, "models", "tiny", "captioner")));

    /// <summary>PostgreSQL refuses it in JSON: the append would fail each time, and the run wait for the caption for ever.</summary>
    [Fact]
    public void A_caption_with_the_byte_0_becomes_text_that_the_store_can_hold()
    {
        var ids = Tokenizer.Encode("a\0star");

        ids.ShouldContain(Tokenizer.Encode("\0").Single());
        CaptionText.Of(Tokenizer, ids).ShouldBe("a\uFFFDstar");
    }

    [Fact]
    public void Special_tokens_are_no_part_of_the_text() =>
        CaptionText.Of(Tokenizer, [.. Tokenizer.Encode("a red star"), Tokenizer.EndOfText]).ShouldBe("a red star");
}
