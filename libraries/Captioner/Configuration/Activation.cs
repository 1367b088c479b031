using TorchSharp.Modules;
using static Pipeline.Captioner.KeptScalar;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Configuration;

/// <summary>Activation functions of Hugging Face configurations.</summary>
public enum Activation
{
    /// <summary>x Phi(x), exact (Hendrycks and Gimpel 2016): "gelu".</summary>
    Gelu,

    /// <summary>The tanh approximation of gelu: "gelu_new", "gelu_pytorch_tanh", "gelu_fast".</summary>
    GeluTanh,

    /// <summary>x sigmoid(1.702 x): "quick_gelu".</summary>
    QuickGelu,

    /// <summary>max(x, 0): "relu".</summary>
    Relu,

    /// <summary>x sigmoid(x): "silu", "swish".</summary>
    Silu,

    /// <summary>tanh(x): "tanh".</summary>
    Tanh,
}

/// <summary>The functions themselves.</summary>
static class Activations
{
    public static Activation Read(ConfigSection section, string key, string fallback)
    {
        var name = section.Text(key, fallback);
        return name switch
        {
            "gelu" => Activation.Gelu,
            "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" => Activation.GeluTanh,
            "quick_gelu" => Activation.QuickGelu,
            "relu" => Activation.Relu,
            "silu" or "swish" => Activation.Silu,
            "tanh" => Activation.Tanh,
            _ => throw section.Error(key,
                $"is {name}; gelu, gelu_new, gelu_pytorch_tanh, gelu_fast, quick_gelu, relu, silu, swish and tanh are supported."),
        };
    }

    public static Tensor Apply(this Activation activation, Tensor x) => activation switch
    {
        Activation.Gelu => nn.functional.gelu(x),
        Activation.GeluTanh => nn.functional.gelu(x, GELU.Approximate.tanh),
        Activation.QuickGelu => x * (x * Kept(1.702)).sigmoid(),
        Activation.Relu => nn.functional.relu(x),
        Activation.Silu => nn.functional.silu(x),
        _ => x.tanh(),
    };
}
