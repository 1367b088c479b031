using Pipeline.Captioner.Weights;
using Pipeline.Models.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Tests.Parity;

/// <summary>Gradients and optimiser steps; each test trains a captioner of its own.</summary>
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

    [Fact]
    public void Three_steps_of_AdamW_with_clipping_follow_torch()
    {
        var recipe = fixture.Json("adamw.json");
        var betas = recipe.GetProperty("betas");
        using var model = Trainable();
        var parameters = model.Network.NamedParameters().ToDictionary(named => named.Name, named => named.Parameter);
        using var optimiser = optim.AdamW(parameters.Values, recipe.GetProperty("lr").GetDouble(), betas[0].GetDouble(),
            betas[1].GetDouble(),
            recipe.GetProperty("eps").GetDouble(), recipe.GetProperty("weight_decay").GetDouble());

        using var gradients = fixture.Open("grads.safetensors");
        foreach (var step in recipe.GetProperty("steps").EnumerateArray())
        {
            optimiser.zero_grad();
            var loss = Loss(model);
            loss.item<float>().ShouldBe(step.GetProperty("loss_before_step").GetSingle(), 1e-4f);
            loss.backward();
            var norm = nn.utils.clip_grad_norm_(parameters.Values.Where(parameter => parameter.grad is not null),
                recipe.GetProperty("clip_grad_norm").GetDouble());
            NormShouldBeNear(norm, step.GetProperty("grad_norm_before_clip").GetDouble(), "before clipping");
            optimiser.step();
            foreach (var sums in step.GetProperty("parameters_after_step").EnumerateObject())
            {
                var values = parameters[sums.Name].detach().to_type(ScalarType.Float64);
                var tolerance = SumTolerance(gradients, sums.Name, values.numel(),
                    recipe.GetProperty("lr").GetDouble() * (step.GetProperty("step").GetInt32() + 1));
                values.sum().item<double>().ShouldBe(sums.Value.GetProperty("sum").GetDouble(), tolerance, sums.Name);
                values.abs().sum().item<double>().ShouldBe(sums.Value.GetProperty("abs_sum").GetDouble(), tolerance, sums.Name);
            }
        }

        using var final = fixture.Open("adamw_final.safetensors");
        final.Entries.Select(entry => entry.Name).ShouldBe(parameters.Keys, ignoreOrder: true);
        foreach (var (name, parameter) in parameters) FinalShouldBeNear(parameter.detach(), final.ReadTensor(name), gradients, name);
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

    /// <summary>2e-5 for each element whose gradient is not near 0; the others may each have gone all the way in the other
    /// direction.</summary>
    static double SumTolerance(SafetensorsFile gradients, string name, long count, double way)
    {
        var noisy = gradients.Contains(name) ? (gradients.ReadTensor(name).abs() < 1e-6).sum().item<long>() : 0;
        return (2e-5 * (count - noisy)) + (2 * way * noisy);
    }

    /// <summary>Where the gradient is near 0, Adam divides noise by noise: only there may the direction of the steps differ.</summary>
    static void FinalShouldBeNear(Tensor actual, Tensor expected, SafetensorsFile gradients, string name)
    {
        actual.shape.ShouldBe(expected.shape, name);
        var difference = (actual - expected).abs();
        if (gradients.Contains(name)) difference = difference.masked_fill(gradients.ReadTensor(name).abs() < 1e-6, 0);
        difference.max().item<float>().ShouldBeLessThanOrEqualTo(2e-5f, name);
    }
}
