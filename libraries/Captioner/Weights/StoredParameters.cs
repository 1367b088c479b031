using Pipeline.Models.Safetensors;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Pipeline.Captioner.Weights;

/// <summary>
/// Parameters of a Hugging Face checkpoint. Every tensor of the file must be taken, in its shape, else <see cref="RequireAllTaken"/>
/// complains: a name that nobody asks for means that the file is of another network.
/// </summary>
/// <param name="file">The open file.</param>
/// <param name="device">Where the parameters go.</param>
/// <param name="isIgnored">Names of tensors in the file that are no parameters, such as the causal masks that older versions of
/// transformers saved.</param>
public sealed class StoredParameters(SafetensorsFile file, Device device, Func<string, bool> isIgnored) : IParameterSource
{
    readonly HashSet<string> taken = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    /// <exception cref="SafetensorsException">The tensor is missing, has another shape or is neither F32, F16 nor BF16.</exception>
    public Parameter Take(string name, params ReadOnlySpan<long> shape)
    {
        var entry = file[name];
        if (!shape.SequenceEqual([.. entry.Shape]))
            throw new SafetensorsException(file.Name, name,
                $"has the shape {entry.ShapeText}; the configuration asks for [{string.Join(", ", shape.ToArray())}].");
        taken.Add(name);
        using var tensor = file.ReadSinglesTensor(name);
        return Parameters.Frozen(tensor.to(device));
    }

    /// <summary>Checks that nothing in the file was left over.</summary>
    /// <exception cref="SafetensorsException">A tensor of the file is unexpected; the message names it.</exception>
    public void RequireAllTaken()
    {
        if (file.Entries.FirstOrDefault(entry => !taken.Contains(entry.Name) && !isIgnored(entry.Name)) is { } unexpected)
            throw new SafetensorsException(file.Name, unexpected.Name, "is unexpected: the configuration's network has no such parameter.");
    }
}
