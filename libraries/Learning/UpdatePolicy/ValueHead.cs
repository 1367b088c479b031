using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>
/// Estimates a caption's return from the decoder's last hidden state (after the final layer norm): one linear map. Its gradient goes on
/// into the decoder, as in TRL and in the prototype that the preset "tiny" has its figures from; the value coefficient bounds what it
/// may disturb. It starts at 0, which is the mean of centred scores and needs no random numbers.
/// </summary>
public sealed class ValueHead : IDisposable
{
    readonly Parameter weight, bias;

    /// <summary>A head that says 0.</summary>
    /// <param name="width">Width of the hidden state.</param>
    /// <param name="device">Where it computes.</param>
    public ValueHead(long width, Device device)
    {
        weight = nn.Parameter(zeros([1, width], device: device));
        bias = nn.Parameter(zeros([1], device: device));
        weight.DetachFromDisposeScope();
        bias.DetachFromDisposeScope();
    }

    /// <summary>Its parameters by name.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> NamedParameters() =>
        [("value_head.weight", weight), ("value_head.bias", bias)];

    /// <summary>The estimates, [B, T].</summary>
    /// <param name="hidden">[B, T, width].</param>
    public Tensor Forward(Tensor hidden) => nn.functional.linear(hidden, weight, bias).squeeze(-1);

    /// <summary>Frees the parameters.</summary>
    public void Dispose()
    {
        weight.Dispose();
        bias.Dispose();
    }
}
