using System.Text.Json;
using Pipeline.Models;
using Pipeline.Onnx;

namespace Pipeline.TextToImage;

/// <summary>The VAE's decoder: from latents to pictures.</summary>
sealed class LatentDecoder : IDisposable
{
    const string FilePath = "vae_decoder/model.onnx", ConfigPath = "vae_decoder/config.json";

    readonly OnnxModel network;
    readonly OnnxValue input;
    readonly string output;
    readonly float scaling, shift;

    public LatentDecoder(IModelFiles files, int channels, int? height, int? width, OnnxOptions options)
    {
        (scaling, shift) = Scaling(files);
        network = OnnxModel.Load(files, FilePath, options);
        if (network is not { Inputs.Count: 1, Outputs.Count: 1 })
            throw new OnnxException(network.File, "one input and one output are expected");
        (input, output) = (network.Inputs.Values.Single(), network.Outputs.Keys.Single());

        // How much larger pictures are than latents is in no file of this layout: decoding a small one tells, and that the network works.
        int[] shape = [1, channels, Fixed(2) ?? height ?? 8, Fixed(3) ?? width ?? 8];
        var probe = Run(new float[channels * shape[2] * shape[3]], shape, CancellationToken.None);
        if (probe.Shape is not [1, 3, var tall, var wide] || tall % shape[2] != 0 || wide / shape[3] != tall / shape[2])
            throw new OnnxException(
                network.File, $"latents [{string.Join(',', shape)}] become [{string.Join(',', probe.Shape)}], which is no picture");
        Scale = tall / shape[2];

        int? Fixed(int axis) => input.Shape.Count == 4 && input.Shape[axis] > 0 ? input.Shape[axis] : null;
    }

    /// <summary>Pixels of a picture for each of its latents, along one side.</summary>
    public int Scale { get; }

    /// <summary>Decodes latents [rows, channels, height, width] to [rows, 3, height * scale, width * scale], -1 to 1.</summary>
    public float[] Decode(float[] latents, IReadOnlyList<int> shape, CancellationToken cancellation) =>
        Run([.. latents.Select(value => value / scaling + shift)], shape, cancellation).Values;

    public void Dispose() => network.Dispose();

    OnnxTensor Run(float[] latents, IReadOnlyList<int> shape, CancellationToken cancellation) =>
        network.Run(output, [OnnxInput.Of(input.Name, latents, shape)], cancellation);

    /// <summary>diffusers' scaling_factor (0.18215 for Stable Diffusion 1 and 2) and shift_factor.</summary>
    static (float, float) Scaling(IModelFiles files)
    {
        if (!files.Exists(ConfigPath)) return (0.18215f, 0);
        try
        {
            using var json = JsonDocument.Parse(files.ReadAllBytes(ConfigPath));
            return (Number(json, "scaling_factor") ?? 0.18215f, Number(json, "shift_factor") ?? 0);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{files.Name}/{ConfigPath}: {problem.Message}", problem);
        }
    }

    static float? Number(JsonDocument json, string key) =>
        json.RootElement.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetSingle() : null;
}
