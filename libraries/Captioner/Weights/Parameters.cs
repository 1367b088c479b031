using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Pipeline.Captioner.Weights;

/// <summary>Making parameters.</summary>
static class Parameters
{
    /// <summary>A parameter that is not trained, over the tensor's storage; it lives until it is disposed, whatever scope is
    /// open.</summary>
    public static Parameter Frozen(Tensor tensor)
    {
        var parameter = nn.Parameter(tensor.detach(), requires_grad: false);
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}
