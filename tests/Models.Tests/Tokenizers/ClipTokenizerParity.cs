using System.Text.Json.Nodes;
using Pipeline.Models.Tokenizers;

namespace Pipeline.Models.Tests.Tokenizers;

/// <summary>
/// Against openai/CLIP's SimpleTokenizer and transformers' CLIPTokenizer: exact, save for texts that ftfy repaired before the reference
/// read them.
/// </summary>
[Trait("Category", "Parity")]
public sealed class ClipTokenizerParity
{
    public static TheoryData<string> Folders => TokenizerCases.Folders("clip-tokenizer");

    [Theory, MemberData(nameof(Folders))]
    public void The_marks_and_the_context_s_length_are_those_of_the_files(string folder)
    {
        var tokenizer = ClipTokenizer.Load(new ModelFolder(folder));
        var cases = TokenizerCases.Read(folder);
        tokenizer.BeginOfText.ShouldBe((int)cases["sot"]!);
        tokenizer.EndOfText.ShouldBe((int)cases["eot"]!);
        tokenizer.MaxLength.ShouldBe((int)cases["context_length"]!);
    }

    [Theory, MemberData(nameof(Folders))]
    public void Text_encodes_and_decodes_as_in_the_reference(string folder)
    {
        var tokenizer = ClipTokenizer.Load(new ModelFolder(folder));
        foreach (var @case in Cases(folder))
        {
            var text = @case["text"].Text();
            tokenizer.Encode(text).ShouldBe(@case["ids"].Ids(), text);
            tokenizer.Decode(@case["ids"].Ids(), skipSpecialTokens: false).ShouldBe(@case["decoded"].Text());
        }
    }

    [Theory, MemberData(nameof(Folders))]
    public void The_context_is_cut_and_padded_as_in_both_references(string folder)
    {
        var tokenizer = ClipTokenizer.Load(new ModelFolder(folder));
        foreach (var @case in Cases(folder))
        {
            var text = @case["text"].Text();
            tokenizer.Context(text, padding: 0).ShouldBe(@case["context"].Ids(), text);
            // HTML is what Hugging Face's tokenizer does not replace.
            if (!(bool)@case["html_changes"]! || (bool)@case["hf_equal"]!)
                HuggingFaceContext(tokenizer, @case["hf_ids"].Ids()).ShouldBe(tokenizer.Context(text), text);
        }
    }

    /// <summary>The reference's ids from begin to end, not cut or padded, as its tokenizer cuts and pads them.</summary>
    static IEnumerable<int> HuggingFaceContext(ClipTokenizer tokenizer, int[] ids)
    {
        int[] cut = ids.Length > tokenizer.MaxLength ? [.. ids[..(tokenizer.MaxLength - 1)], ids[^1]] : ids;
        return cut.Concat(Enumerable.Repeat(tokenizer.Padding, tokenizer.MaxLength - cut.Length));
    }

    static JsonNode[] Cases(string folder)
    {
        var cases = TokenizerCases.Read(folder)["cases"]!.AsArray().Select(@case => @case!)
            .Where(@case => !(bool)@case["ftfy_changes"]!).ToArray();
        cases.ShouldNotBeEmpty();
        return cases;
    }
}
