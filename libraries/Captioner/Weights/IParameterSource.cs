using Parameter = TorchSharp.Modules.Parameter;

namespace Pipeline.Captioner.Weights;

/// <summary>
/// Where a network takes its parameters from while it is built: a file, random numbers, another network. The network's constructor is
/// so the only place that says which parameters it has, by which names and in which shapes.
/// </summary>
public interface IParameterSource
{
    /// <summary>The parameter of this Hugging Face name, in single precision. The network that takes it owns it and disposes of
    /// it.</summary>
    /// <param name="name">For example "decoder.transformer.wte.weight".</param>
    /// <param name="shape">The shape that it must have.</param>
    Parameter Take(string name, params ReadOnlySpan<long> shape);
}
