using Pipeline.FullSize.Weights;

namespace Pipeline.FullSize.StableDiffusion;

/// <summary>
/// Stable Diffusion 1.5 with random weights in diffusers' ONNX layout. Weights keep variances and norms do nothing more, so that
/// activations stay finite and a picture comes out, if one of nothing.
/// </summary>
public sealed class DiffusionFolder : TemporaryFolder
{
    const string Repository = "runwayml/stable-diffusion-v1-5";

    /// <summary>Writes it.</summary>
    public DiffusionFolder()
    {
        ParameterList.WriteConfig($"{Repository}/scheduler/scheduler_config.json", PathOf("model", "scheduler", "scheduler_config.json"));
        File.WriteAllText(PathOf("model", "model_index.json"), """{ "_class_name": "OnnxStableDiffusionPipeline" }""");
        CopyFixtures("clip-tokenizer", PathOf("model", "tokenizer"),
            "vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json");
        Text.Write(PathOf("model", "text_encoder", "model.onnx"));
        Unet.WriteWithExternalWeights(PathOf("model", "unet", "model.onnx"));
        Vae.Write(PathOf("model", "vae_decoder", "model.onnx"));
    }

    /// <summary>The model's folder.</summary>
    public string Model => PathOf("model");

    /// <summary>Where drawings go.</summary>
    public string Blobs => PathOf("blobs");

    /// <summary>The text encoder.</summary>
    public Graph Text { get; } = TextEncoder.Build();

    /// <summary>The U-Net.</summary>
    public Graph Unet { get; } = StableDiffusion.Unet.Build();

    /// <summary>The decoder of the autoencoder.</summary>
    public Graph Vae { get; } = VaeDecoder.Build();
}
