using TorchSharp;
using static Pipeline.Captioner.KeptScalar;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Pipeline.Captioner.Weights;

/// <summary>
/// Untrained parameters by the rule that transformers initialises ViT and GPT-2 with: matrices and embeddings normal with standard
/// deviation 0.02, biases 0, layer norms 1 and 0. For benchmarks, tests and training from nothing.
/// </summary>
/// <param name="seed">The same seed and the same network give the same parameters.</param>
/// <param name="device">Where the parameters go; "meta" for shapes without memory.</param>
public sealed class RandomParameters(long seed, Device device) : IParameterSource, IDisposable
{
    readonly Generator generator = new((ulong)seed, device.type == DeviceType.META ? CPU : device);

    /// <inheritdoc/>
    public Parameter Take(string name, params ReadOnlySpan<long> shape)
    {
        using var scope = NewDisposeScope();
        var tensor = empty(shape, ScalarType.Float32, device);
        if (device.type != DeviceType.META) Fill(name, tensor);
        return Parameters.Frozen(tensor);
    }

    /// <summary>Frees the generator.</summary>
    public void Dispose() => generator.Dispose();

    void Fill(string name, Tensor tensor)
    {
        if (name.EndsWith(".bias", StringComparison.Ordinal)) tensor.zero_();
        else if (tensor.dim() == 1) tensor.fill_(Kept(1));
        else tensor.normal_(0, 0.02, generator);
    }
}
