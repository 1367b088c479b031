using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Pipeline.Captioner.Weights;

/// <summary>
/// The parameters of another network: copies that require gradients for those to be trained, handles on the same storage for the others.
/// </summary>
/// <param name="originals">The other network's parameters.</param>
/// <param name="trained">The names of those to be trained.</param>
sealed class ClonedParameters(IEnumerable<(string Name, Parameter Parameter)> originals, IEnumerable<string> trained) : IParameterSource
{
    readonly Dictionary<string, Parameter> originals = originals.ToDictionary(original => original.Name, original => original.Parameter);
    readonly HashSet<string> trained = [.. trained];

    public Parameter Take(string name, params ReadOnlySpan<long> shape)
    {
        using var scope = NewDisposeScope();
        var original = originals[name].detach();
        if (!trained.Contains(name)) return Parameters.Frozen(original);
        var copy = Parameters.Frozen(original.clone());
        copy.requires_grad = true;
        return copy;
    }
}
