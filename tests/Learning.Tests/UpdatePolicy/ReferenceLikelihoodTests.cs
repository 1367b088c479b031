using Pipeline.Captioner;
using Pipeline.Captioner.Decoding;
using static TorchSharp.torch;

namespace Pipeline.Learning.Tests.UpdatePolicy;

public sealed class ReferenceLikelihoodTests
{
    // More captions than are read at a time, so that the last part is not a full one.
    const int Captions = 21;

    [Fact]
    public void Greedy_captions_of_version_0_are_as_likely_as_they_were_when_it_wrote_them()
    {
        using var run = new TinyRun();
        var written = Greedy();

        var found = run.Trainer.ReferenceLogProbs([.. written.Select((caption, i) => (Picture(i), Tokens(caption)))]);

        found.Count.ShouldBe(Captions);
        for (var i = 0; i < Captions; i++) found[i].ShouldBe(written[i].LogProbs.Sum(logProb => (double)logProb), 1e-4, $"caption {i}");
    }

    [Fact]
    public void What_is_learned_does_not_change_how_likely_the_reference_finds_a_caption()
    {
        using var run = new TinyRun(s => s with { Ppo = s.Ppo with { LearningRate = 1e-2 } });
        var captions = run.Sample(0, TinyRun.Reference, 0);
        (string, IReadOnlyList<int>)[] asked = [.. captions.Select(caption => (caption.PictureSha256, caption.TokenIds))];
        var before = run.Trainer.ReferenceLogProbs(asked);

        run.Learn(2);

        run.Trainer.ReferenceLogProbs(asked).ShouldBe(before);
    }

    [Fact]
    public void Asking_how_likely_captions_are_changes_nothing_that_is_learned()
    {
        using TinyRun plain = new(), asked = new();
        plain.Learn(2);

        asked.Learn(1);
        asked.Trainer.ReferenceLogProbs([.. Greedy().Select((caption, i) => (Picture(i), Tokens(caption)))]);
        asked.Learn(1);

        asked.Bytes(2)["model.safetensors"].ShouldBe(plain.Bytes(2)["model.safetensors"]);
    }

    static GeneratedCaption[] Greedy()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var model = CaptionModel.Load(TinyRun.Reference);
        var memory = cat([.. Enumerable.Range(0, Captions).Select(i => TinyRun.Encode(model, Picture(i)))]);
        return new CaptionSampler(model.Decoder, model.Config.Tokens).Greedy(memory, maxNewTokens: 10);
    }

    static string Picture(int i) => $"held-out-{i}";

    static IReadOnlyList<int> Tokens(GeneratedCaption caption) => caption.TokenIds;
}
