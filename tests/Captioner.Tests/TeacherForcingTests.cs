using Pipeline.Captioner.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Tests;

public sealed class TeacherForcingTests : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void The_mask_holds_the_end_token_even_when_it_is_the_padding_too()
    {
        var tokens = new SpecialTokens(Start: 7, End: 7, Pad: 7);
        var forced = TeacherForcing.Create([[1, 2, 7], [3, 7], [4, 5, 6, 2]], tokens);

        Rows(forced.Inputs).ShouldBe([[7, 1, 2, 7], [7, 3, 7, 7], [7, 4, 5, 6]]);
        Rows(forced.Targets).ShouldBe([[1, 2, 7, 7], [3, 7, 7, 7], [4, 5, 6, 2]]);
        Rows(forced.Mask.to_type(ScalarType.Int64)).ShouldBe([[1, 1, 1, 0], [1, 1, 0, 0], [1, 1, 1, 1]]);
    }

    [Fact]
    public void More_padding_changes_nothing()
    {
        using var captioner = new RandomCaptioner();
        int[][] captions = [[1, 2, 5], [8], [4, 11, 6, 2, 5]];
        var memory = captioner.Memory(3);
        var tight = TeacherForcing.Create(captions, captioner.Tokens);
        var wide = TeacherForcing.Create(captions, captioner.Tokens, length: 12);
        var (_, tightLogits) = captioner.Network.Decoder.Forward(tight.Inputs, memory);
        var (_, wideLogits) = captioner.Network.Decoder.Forward(wide.Inputs, memory);

        wide.LogProbs(wideLogits).narrow(1, 0, 5).ShouldBeNear(tight.LogProbs(tightLogits), 1e-6);
        wide.Entropy(wideLogits).narrow(1, 0, 5).ShouldBeNear(tight.Entropy(tightLogits), 1e-6);
        wide.LogProbs(wideLogits).narrow(1, 5, 7).abs().sum().item<float>().ShouldBe(0);
    }

    [Fact]
    public void Log_probabilities_and_entropy_are_those_of_logits_divided_by_the_temperature()
    {
        var forced = TeacherForcing.Create([[2]], new SpecialTokens(0, 1, 1));
        var logits = tensor(new float[] { 0, 1, 2 }, [1, 1, 3]);
        double[] weights = [1, Math.Exp(0.5), Math.Exp(1)];
        var probabilities = weights.Select(weight => weight / weights.Sum()).ToArray();

        forced.LogProbs(logits, 2).item<float>().ShouldBe((float)Math.Log(probabilities[2]), 1e-6f);
        forced.Entropy(logits, 2).item<float>().ShouldBe((float)-probabilities.Sum(p => p * Math.Log(p)), 1e-6f);
    }

    [Fact]
    public void Empty_and_overlong_captions_are_refused()
    {
        var tokens = new SpecialTokens(0, 1, 1);
        Should.Throw<ArgumentException>(() => TeacherForcing.Create([], tokens));
        Should.Throw<ArgumentException>(() => TeacherForcing.Create([[1], []], tokens));
        Should.Throw<ArgumentException>(() => TeacherForcing.Create([[1, 2, 3]], tokens, length: 2)).Message.ShouldContain("longer than 2");
    }

    static long[][] Rows(Tensor matrix) => [.. Enumerable.Range(0, (int)matrix.shape[0]).Select(row => matrix[row].data<long>().ToArray())];
}
