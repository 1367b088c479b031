using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Tests;

public sealed class CloneTrainableTests : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();
    readonly RandomCaptioner captioner = new();

    public void Dispose()
    {
        scope.Dispose();
        captioner.Dispose();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Exactly_the_unfrozen_layers_require_gradients_and_have_storage_of_their_own(int unfrozen)
    {
        var original = captioner.Network.Decoder;
        using var clone = original.CloneTrainable(unfrozen);
        foreach (var ((name, before), (_, after)) in original.NamedParameters().Zip(clone.NamedParameters()))
        {
            var layer = name.Contains(".h.", StringComparison.Ordinal) ? name.Split('.')[3] : null;
            var isTrained = unfrozen == -1
                || (unfrozen > 0 && (layer is null ? name.Contains("ln_f", StringComparison.Ordinal) : int.Parse(layer) >= 3 - unfrozen));
            after.requires_grad.ShouldBe(isTrained, name);
            SharesStorage(before, after).ShouldBe(!isTrained, name);
            after.ShouldBeBitEqualTo(before, name);
        }
    }

    [Fact]
    public void Training_the_clone_leaves_the_original_alone()
    {
        var (ids, memory) = (tensor(new long[,] { { 3, 8, 1 } }), captioner.Memory(1));
        var (_, before) = captioner.Network.Decoder.Forward(ids, memory);
        using var clone = captioner.Network.Decoder.CloneTrainable(2);
        var trainable = clone.NamedParameters().Select(named => named.Parameter).Where(parameter => parameter.requires_grad);
        using var optimiser = optim.AdamW(trainable, lr: 0.1);
        var (_, logits) = clone.Forward(ids, memory);
        logits.ShouldBeBitEqualTo(before);
        logits.logsumexp(-1).sum().backward();
        optimiser.step();

        var (_, after) = captioner.Network.Decoder.Forward(ids, memory);
        var (_, trained) = clone.Forward(ids, memory);
        after.ShouldBeBitEqualTo(before);
        TensorAssertions.MaxDifference(trained, before).ShouldBeGreaterThan(0.01);
    }

    [Fact]
    public void Either_may_be_disposed_of_first()
    {
        var (ids, memory) = (tensor(new long[,] { { 3, 8 } }), captioner.Memory(1));
        var (_, expected) = captioner.Network.Decoder.Forward(ids, memory);
        var first = captioner.Network.Decoder.CloneTrainable(1);
        using var second = first.CloneTrainable(0);
        first.Dispose();
        var (_, logits) = second.Forward(ids, memory);
        logits.ShouldBeBitEqualTo(expected);
    }

    [Fact]
    public void More_layers_than_there_are_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => captioner.Network.Decoder.CloneTrainable(4));

    /// <summary>Whether a change to one shows in the other; undone afterwards.</summary>
    static bool SharesStorage(Tensor a, Tensor b)
    {
        using var withoutGradient = no_grad();
        using var saved = a.clone();
        a.add_(1);
        var isShared = (a - b).abs().max().item<float>() == 0;
        a.copy_(saved);
        return isShared;
    }
}
