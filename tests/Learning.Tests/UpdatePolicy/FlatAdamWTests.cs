using Pipeline.Learning.UpdatePolicy;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Learning.Tests.UpdatePolicy;

public sealed class FlatAdamWTests : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();
    readonly Generator generator = new(7);

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(0.0, 0.9, 0.999)]
    [InlineData(0.1, 0.9, 0.95)]
    public void Fifty_steps_are_those_of_torch(double weightDecay, double beta1, double beta2)
    {
        Parameter[] mine = [New(4, 6), New(3, 5), New(6)], theirs = [.. mine.Select(p => nn.Parameter(p.detach().clone()))];
        using var adam = new FlatAdamW(
            [new([("a", mine[0]), ("c", mine[2])], 1e-2), new([("b", mine[1])], 1e-3)], weightDecay, beta1, beta2, 1e-8);
        // torch decays whatever a group holds: the vector gets a group without decay.
        optim.Optimizer[] torch =
        [
            optim.AdamW([theirs[0]], 1e-2, beta1, beta2, 1e-8, weightDecay),
            optim.AdamW([theirs[1]], 1e-3, beta1, beta2, 1e-8, weightDecay),
            optim.AdamW([theirs[2]], 1e-2, beta1, beta2, 1e-8, 0),
        ];
        for (var step = 0; step < 50; step++)
        {
            var inputs = randn(6, generator: generator);
            adam.ZeroGrad();
            foreach (var optimiser in torch) optimiser.zero_grad();
            Loss(mine, inputs).backward();
            Loss(theirs, inputs).backward();
            adam.Step(maxGradNorm: 0, learningRateFactor: 1);
            foreach (var optimiser in torch) optimiser.step();
        }

        foreach (var (p, expected) in mine.Zip(theirs))
            p.ShouldMatch(expected, "parameters", relative: 1e-6, absolute: 1e-7);
    }

    [Fact]
    public void The_gradient_is_clipped_to_its_norm_over_all_groups()
    {
        Parameter[] mine = [New(4, 6), New(3, 5), New(6)], theirs = [.. mine.Select(p => nn.Parameter(p.detach().clone()))];
        using var adam = new FlatAdamW([new([("a", mine[0]), ("c", mine[2])], 1e-2), new([("b", mine[1])], 1e-3)], 0, 0, 0, 1);
        Loss(mine, ones(6)).backward();
        Loss(theirs, ones(6)).backward();
        var norm = nn.utils.clip_grad_norm_(theirs, 0.5);
        norm.ShouldBeGreaterThan(0.5);
        adam.Step(maxGradNorm: 0.5, learningRateFactor: 1).ShouldMatch(norm, "norm", relative: 1e-6);
        // With both decays 0 and epsilon 1 a step is rate * g / (|g| + 1): it shows the clipped gradient itself.
        var g = theirs[1].grad!;
        mine[1].ShouldMatch(theirs[1] - 1e-3 * g / (g.abs() + 1), "parameters", relative: 1e-6, absolute: 1e-7);
    }

    [Fact]
    public void A_gradient_that_is_not_finite_changes_nothing_and_is_named()
    {
        Parameter[] mine = [New(4, 6), New(3, 5), New(6)];
        using var adam = new FlatAdamW([new([("a", mine[0]), ("b", mine[1]), ("c", mine[2])], 1e-2)], 0, 0.9, 0.999, 1e-8);
        var before = mine.Select(p => p.detach().clone()).ToList();
        (Loss(mine, ones(6)) * double.NaN).backward();
        Should.Throw<ArithmeticException>(() => adam.Step(1, 1)).Message.ShouldContain("NaN");
        foreach (var (p, expected) in mine.Zip(before)) p.ShouldMatch(expected, "parameters", 0, 0);
        adam.Steps.ShouldBe(0);
    }

    [Fact]
    public void Restored_moments_continue_bit_for_bit()
    {
        Parameter[] first = [New(4, 6), New(3, 5), New(6)];
        using var one = Adam(first);
        Train(one, first, 0, 5);
        Parameter[] second = [.. first.Select(p => nn.Parameter(p.detach().clone()))];
        using var two = Adam(second);
        foreach (var ((name, to), (sameName, from)) in two.Moments().Zip(one.Moments()))
        {
            name.ShouldBe(sameName);
            to.copy_(from);
        }

        two.Steps = one.Steps;
        Train(one, first, 5, 10);
        Train(two, second, 5, 10);
        foreach (var (p, expected) in second.Zip(first)) p.ToArray().ShouldBe(expected.ToArray());
    }

    static FlatAdamW Adam(Parameter[] p) => new([new([("a", p[0]), ("c", p[2])], 1e-2), new([("b", p[1])], 1e-3)], 0.01, 0.9, 0.999, 1e-8);

    static void Train(FlatAdamW adam, Parameter[] parameters, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            adam.ZeroGrad();
            Loss(parameters, arange(6, ScalarType.Float32) * (step + 1)).backward();
            adam.Step(1, 1);
        }
    }

    Parameter New(params long[] shape) => nn.Parameter(randn(shape, generator: generator));

    static Tensor Loss(Parameter[] p, Tensor inputs) => (p[0].mv(inputs + p[2]).tanh().sum() - p[1].square().sum()).square();
}
