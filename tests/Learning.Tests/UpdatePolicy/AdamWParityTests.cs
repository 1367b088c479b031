using System.Text.Json;
using Pipeline.Captioner;
using Pipeline.Captioner.Weights;
using Pipeline.Learning.UpdatePolicy;
using Pipeline.Models;
using Pipeline.Models.Safetensors;
using Pipeline.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Learning.Tests.UpdatePolicy;

/// <summary>
/// The optimiser that learns against torch's: the fixture's steps of clipped AdamW over a whole captioner. Tolerances are those of the
/// README of "vit-gpt2".
/// </summary>
[Trait("Category", "Parity")]
public sealed class AdamWParityTests : IDisposable
{
    const long Ignored = -100;

    /// <summary>Where the gradient is nearer to 0, Adam divides noise by noise: only there may the direction of the steps differ.</summary>
    const double Noise = 1e-6;

    const double ParameterTolerance = 2e-5;

    readonly DisposeScope scope = NewDisposeScope();
    readonly ModelFolder folder = new(Fixtures.Path("vit-gpt2"));
    readonly CaptionModel model;
    readonly SafetensorsFile io, gradients;

    public AdamWParityTests()
    {
        model = CaptionModel.Load(folder);
        io = SafetensorsFile.Open(folder, "io.safetensors");
        gradients = SafetensorsFile.Open(folder, "grads.safetensors");
    }

    public void Dispose()
    {
        gradients.Dispose();
        io.Dispose();
        model.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void Steps_over_a_captioner_are_those_of_torch()
    {
        var recipe = JsonElement.Parse(folder.ReadAllBytes("adamw.json"));
        double Number(string name) => recipe.GetProperty(name).GetDouble();
        var parameters = model.Network.NamedParameters().ToDictionary(named => named.Name, named => named.Parameter);
        // torch passes over parameters without a gradient, and does not even decay them.
        var trained = parameters.Where(named => gradients.Contains(named.Key)).Select(named => (named.Key, (Tensor)named.Value)).ToArray();
        foreach (var (_, parameter) in trained) parameter.requires_grad = true;
        var betas = recipe.GetProperty("betas");
        using var adam = new FlatAdamW(
            [new(trained, Number("lr"))], Number("weight_decay"), betas[0].GetDouble(), betas[1].GetDouble(), Number("eps"),
            decaysVectors: true);

        foreach (var step in recipe.GetProperty("steps").EnumerateArray())
        {
            adam.ZeroGrad();
            var loss = Loss();
            loss.ToDouble().ShouldBe(step.GetProperty("loss_before_step").GetDouble(), 1e-4);
            loss.backward();
            var norm = step.GetProperty("grad_norm_before_clip").GetDouble();
            adam.Step(Number("clip_grad_norm"), learningRateFactor: 1).ShouldBe(norm, Math.Max(1e-4, 1e-3 * norm));
            foreach (var sums in step.GetProperty("parameters_after_step").EnumerateObject())
                SumsShouldBeNear(parameters[sums.Name], sums, Number("lr") * adam.Steps);
        }

        using var final = SafetensorsFile.Open(folder, "adamw_final.safetensors");
        final.Entries.Select(entry => entry.Name).ShouldBe(parameters.Keys, ignoreOrder: true);
        foreach (var (name, parameter) in parameters)
        {
            var expected = final.ReadTensor(name);
            parameter.shape.ShouldBe(expected.shape, name);
            var difference = (parameter.detach() - expected).abs().masked_fill(IsNoise(name, expected), 0);
            difference.max().ToDouble().ShouldBeLessThanOrEqualTo(ParameterTolerance, name);
        }
    }

    /// <summary>Cross entropy of labels, with the decoder's inputs made from them by a shift to the right.</summary>
    Tensor Loss()
    {
        var tokens = model.Config.Tokens;
        var labels = io.ReadTensor("labels");
        var start = full([labels.shape[0], 1], tokens.Start, ScalarType.Int64);
        var inputs = cat([start, labels.narrow(1, 0, labels.shape[1] - 1)], 1);
        inputs = where(inputs.eq(Ignored), full_like(inputs, tokens.Pad), inputs);
        var (_, logits) = model.Decoder.Forward(inputs, model.Encode(io.ReadTensor("pixel_values")));
        return nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index: Ignored);
    }

    /// <summary>Each element may be off by the tolerance; a noisy one may have gone all the way in the other direction.</summary>
    void SumsShouldBeNear(Tensor parameter, JsonProperty sums, double way)
    {
        var values = parameter.detach().to_type(ScalarType.Float64);
        var noisy = IsNoise(sums.Name, parameter).sum().ToInt64();
        var tolerance = (ParameterTolerance * (values.numel() - noisy)) + (2 * way * noisy);
        values.sum().ToDouble().ShouldBe(sums.Value.GetProperty("sum").GetDouble(), tolerance, sums.Name);
        values.abs().sum().ToDouble().ShouldBe(sums.Value.GetProperty("abs_sum").GetDouble(), tolerance, sums.Name);
    }

    Tensor IsNoise(string name, Tensor parameter) =>
        gradients.Contains(name) ? gradients.ReadTensor(name).abs() < Noise : zeros_like(parameter, ScalarType.Bool);
}
