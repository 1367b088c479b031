using Pipeline.Captioner.Weights;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Pipeline.Captioner.Networks;

/// <summary>A layer's parameters by their Hugging Face names.</summary>
interface ILayer
{
    IEnumerable<(string Name, Parameter Parameter)> NamedParameters();
}

/// <summary>y = x W^T + b, with W stored [out, in] as torch's Linear.</summary>
sealed class Linear(IParameterSource source, string name, long inputs, long outputs, bool hasBias = true) : ILayer
{
    readonly Parameter weight = source.Take(name + ".weight", outputs, inputs);
    readonly Parameter? bias = hasBias ? source.Take(name + ".bias", outputs) : null;

    public Tensor Forward(Tensor x) => nn.functional.linear(x, weight, bias);

    public IEnumerable<(string, Parameter)> NamedParameters()
    {
        yield return (name + ".weight", weight);
        if (bias is not null) yield return (name + ".bias", bias);
    }
}

/// <summary>y = x W + b of a matrix x [rows, in], with W stored [in, out] as GPT-2's Conv1D.</summary>
sealed class Conv1D(IParameterSource source, string name, long inputs, long outputs) : ILayer
{
    readonly Parameter weight = source.Take(name + ".weight", inputs, outputs), bias = source.Take(name + ".bias", outputs);

    public Tensor Forward(Tensor x) => addmm(bias, x, weight, 1, 1);

    public IEnumerable<(string, Parameter)> NamedParameters() => [(name + ".weight", weight), (name + ".bias", bias)];
}

/// <summary>Layer normalisation over the last dimension (Ba et al. 2016).</summary>
sealed class LayerNorm(IParameterSource source, string name, long size, double epsilon) : ILayer
{
    readonly Parameter weight = source.Take(name + ".weight", size), bias = source.Take(name + ".bias", size);
    readonly long[] shape = [size];

    public Tensor Forward(Tensor x) => nn.functional.layer_norm(x, shape, weight, bias, epsilon);

    public IEnumerable<(string, Parameter)> NamedParameters() => [(name + ".weight", weight), (name + ".bias", bias)];
}
