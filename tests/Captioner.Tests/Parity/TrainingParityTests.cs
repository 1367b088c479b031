using Pipeline.Captioner.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Tests.Parity;

/// <summary>The loss and its gradients; the optimiser's steps along them are in the Learner's tests.</summary>
[Trait("Category", "Parity")]
public sealed class TrainingParityTests(VitGpt2Fixture fixture) : IClassFixture<VitGpt2Fixture>, IDisposable
{
    const long Ignored = -100;

    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void The_loss_and_the_gradient_of_every_parameter_are_transformers()
    {
        using var model = Trainable();
        var loss = Loss(model);
        loss.item<float>().ShouldBe(fixture.Expected.GetProperty("loss_mean_nll").GetSingle(), 1e-5f);
        loss.backward();

        var norms = fixture.Expected.GetProperty("gradient_norms");
        var withoutGradient = fixture.Expected.GetProperty("parameters_without_gradient").EnumerateArray().Select(name => name.GetString()!)
            .ToHashSet();
        using var expected = fixture.Open("grads.safetensors");
        double squares = 0;
        foreach (var (name, parameter) in model.Network.NamedParameters())
        {
            if (withoutGradient.Contains(name))
            {
                (parameter.grad is null).ShouldBeTrue(name);
                continue;
            }
            var gradient = parameter.grad.ShouldNotBeNull(name);
            GradientShouldBeNear(gradient, expected.ReadTensor(name), name);
            var norm = gradient.to_type(ScalarType.Float64).norm().item<double>();
            NormShouldBeNear(norm, norms.GetProperty(name).GetDouble(), name);
            squares += norm * norm;
        }
        expected.Entries.Select(entry => entry.Name)
            .ShouldBe(model.Network.NamedParameters().Select(named => named.Name).Except(withoutGradient), ignoreOrder: true);
        NormShouldBeNear(Math.Sqrt(squares), fixture.Expected.GetProperty("gradient_global_norm").GetDouble(), "all");
    }

    CaptionModel Trainable()
    {
        var model = CaptionModel.Load(fixture.Files);
        foreach (var (_, parameter) in model.Network.NamedParameters()) parameter.requires_grad = true;
        return model;
    }

    /// <summary>Cross entropy of labels, with the decoder's inputs made from them by a shift to the right.</summary>
    Tensor Loss(CaptionModel model)
    {
        var tokens = model.Config.Tokens;
        var labels = fixture["labels"];
        var start = full([labels.shape[0], 1], tokens.Start, ScalarType.Int64);
        var inputs = cat([start, labels.narrow(1, 0, labels.shape[1] - 1)], 1);
        inputs = where(inputs.eq(Ignored), full_like(inputs, tokens.Pad), inputs);
        var (_, logits) = model.Decoder.Forward(inputs, model.Encode(fixture["pixel_values"]));
        return nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index: Ignored);
    }

    /// <summary>Off by at most 1e-4, or by at most a thousandth.</summary>
    static void GradientShouldBeNear(Tensor actual, Tensor expected, string name)
    {
        actual.shape.ShouldBe(expected.shape, name);
        var excess = (actual - expected).abs() - maximum(full_like(expected, 1e-4f), expected.abs() * 1e-3f);
        excess.max().item<float>().ShouldBeLessThanOrEqualTo(0, name);
    }

    static void NormShouldBeNear(double actual, double expected, string name) =>
        actual.ShouldBe(expected, Math.Max(1e-4, 1e-3 * expected), name);
}
