using Pipeline.Models.Tokenizers;

namespace Pipeline.Models.Tests.Tokenizers;

/// <summary>Against transformers' slow BertTokenizer: exact.</summary>
[Trait("Category", "Parity")]
public sealed class BertWordPiecesParity
{
    public static TheoryData<string> Folders => TokenizerCases.Folders("bert-tokenizer");

    [Theory, MemberData(nameof(Folders))]
    public void Text_encodes_and_decodes_as_in_the_reference(string folder)
    {
        var tokenizer = BertWordPieces.Load(new ModelFolder(folder));
        foreach (var @case in TokenizerCases.Read(folder)["cases"]!.AsArray())
        {
            var text = @case!["text"].Text();
            tokenizer.Tokenize(text).ShouldBe(@case["tokens"]!.AsArray().Select(TokenizerCases.Text), text);
            tokenizer.Encode(text).ShouldBe(@case["ids"].Ids(), text);
            tokenizer.Decode(@case["ids"].Ids()).ShouldBe(@case["decoded"].Text());

            foreach (var (key, padded) in @case.AsObject().Where(member => member.Key.StartsWith("ids_", StringComparison.Ordinal)))
            {
                var length = int.Parse(key["ids_".Length..]);
                var batch = TokenBatch.Pad([tokenizer.Encode(text, length)], tokenizer.Padding, length);
                batch.Ids.ShouldBe(padded.Ids().Select(id => (long)id), text);
                batch.Mask.ShouldBe(@case[$"mask_{length}"].Ids().Select(id => (long)id), text);
            }
        }
    }

    [Theory, MemberData(nameof(Folders))]
    public void Pairs_are_cut_as_in_the_reference(string folder)
    {
        var tokenizer = BertWordPieces.Load(new ModelFolder(folder));
        var (key, pairs) = TokenizerCases.Read(folder).Single(member => member.Key.StartsWith("pairs_max", StringComparison.Ordinal));
        foreach (var pair in pairs!.AsArray())
        {
            var (ids, segments) = tokenizer.EncodePair(pair!["text"].Text(), pair["pair"].Text(), int.Parse(key["pairs_max".Length..]));
            ids.ShouldBe(pair["ids"].Ids());
            segments.ShouldBe(pair["token_type_ids"].Ids());
        }
    }

    [Theory, MemberData(nameof(Folders))]
    public void Blip_s_tokens_are_added_at_the_end(string folder)
    {
        var tokenizer = BertWordPieces.Load(new ModelFolder(folder), "[DEC]", "[ENC]");
        var blip = TokenizerCases.Read(folder)["blip"]!;
        tokenizer.Id("[DEC]").ShouldBe((int)blip["dec_id"]!);
        tokenizer.Id("[ENC]").ShouldBe((int)blip["enc_id"]!);
        tokenizer.Count.ShouldBe((int)blip["length"]!);
        foreach (var @case in blip["cases"]!.AsArray())
            tokenizer.Encode(@case!["text"].Text()).ShouldBe(@case["ids"].Ids());
    }
}
