using Pipeline.Models.Tokenizers;

namespace Pipeline.Models.Tests.Tokenizers;

/// <summary>Against transformers' slow GPT2Tokenizer: exact.</summary>
[Trait("Category", "Parity")]
public sealed class Gpt2TokenizerParity
{
    public static TheoryData<string> Folders => TokenizerCases.Folders("gpt2-tokenizer");

    [Theory, MemberData(nameof(Folders))]
    public void Text_encodes_and_decodes_as_in_the_reference(string folder)
    {
        var tokenizer = Gpt2Tokenizer.Load(new ModelFolder(folder));
        foreach (var @case in TokenizerCases.Read(folder)["cases"]!.AsArray())
        {
            var text = @case!["text"].Text();
            var ids = tokenizer.Encode(text);
            ids.ShouldBe(@case["ids"].Ids(), text);
            tokenizer.Encode(text, addPrefixSpace: true).ShouldBe(@case["ids_add_prefix_space"].Ids(), text);
            ids.Select(tokenizer.Token).ShouldBe(@case["tokens"]!.AsArray().Select(TokenizerCases.Text), text);
            tokenizer.Decode(ids, skipSpecialTokens: false, cleanUp: false).ShouldBe(@case["decoded"].Text());
            tokenizer.Decode(ids, skipSpecialTokens: false, cleanUp: true).ShouldBe(@case["decoded_cleaned"].Text());
        }
    }

    [Theory, MemberData(nameof(Folders))]
    public void Any_ids_decode_as_in_the_reference(string folder)
    {
        var tokenizer = Gpt2Tokenizer.Load(new ModelFolder(folder));
        foreach (var @case in TokenizerCases.Read(folder)["decode_only"]!.AsArray())
        {
            var ids = @case!["ids"].Ids();
            tokenizer.Decode(ids, skipSpecialTokens: false, cleanUp: false).ShouldBe(@case["decoded"].Text());
            tokenizer.Decode(ids, skipSpecialTokens: false, cleanUp: true).ShouldBe(@case["decoded_cleaned"].Text());
            tokenizer.Decode(ids, skipSpecialTokens: true, cleanUp: false).ShouldBe(@case["decoded_skip_special"].Text());
        }
    }

    [Theory, MemberData(nameof(Folders))]
    public void Special_tokens_in_text_are_recognised(string folder)
    {
        var tokenizer = Gpt2Tokenizer.Load(new ModelFolder(folder));
        foreach (var @case in TokenizerCases.Read(folder)["special_token_text"]!.AsArray())
        {
            var ids = tokenizer.Encode(@case!["text"].Text());
            ids.ShouldBe(@case["ids"].Ids(), @case["text"].Text());
            tokenizer.Decode(ids, skipSpecialTokens: false, cleanUp: false).ShouldBe(@case["decoded"].Text());
            tokenizer.Decode(ids, skipSpecialTokens: true, cleanUp: false).ShouldBe(@case["decoded_skip_special"].Text());
        }
    }
}
