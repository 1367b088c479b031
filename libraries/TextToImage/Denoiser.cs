using Pipeline.Models;
using Pipeline.Onnx;

namespace Pipeline.TextToImage;

/// <summary>
/// The U-Net. Exports agree on what goes in and differ in names and types, so both are read from the model: rank 4 is the sample, rank 3
/// the text, the rest the time step.
/// </summary>
sealed class Denoiser : IDisposable
{
    const string FilePath = "unet/model.onnx";

    readonly OnnxModel network;
    readonly string output;
    readonly OnnxValue sample, timestep, text;

    public Denoiser(IModelFiles files, OnnxOptions options)
    {
        network = OnnxModel.Load(files, FilePath, options);
        sample = Input("sample", value => value.Shape.Count == 4);
        text = Input("encoder_hidden_states", value => value.Shape.Count == 3);
        timestep = Input("timestep", value => value.Shape.Count <= 1);
        if (network.Inputs.Count != 3) throw Misfit("three inputs are expected");
        output = network.Outputs.Count == 1 ? network.Outputs.Keys.Single() : throw Misfit("one output is expected");
        Channels = sample.Shape.Count == 4 && sample.Shape[1] > 0 ? sample.Shape[1] : 4;
    }

    /// <summary>Channels of the latents.</summary>
    public int Channels { get; }

    /// <summary>The latents' height that the model insists on; null when any will do.</summary>
    public int? Height => sample.Shape.Count == 4 && sample.Shape[2] > 0 ? sample.Shape[2] : null;

    /// <summary>The latents' width that the model insists on; null when any will do.</summary>
    public int? Width => sample.Shape.Count == 4 && sample.Shape[3] > 0 ? sample.Shape[3] : null;

    /// <summary>Width of the text's hidden states that the model insists on; null when it does not say.</summary>
    public int? TextWidth => text.Shape.Count == 3 && text.Shape[2] > 0 ? text.Shape[2] : null;

    /// <summary>The file, for messages.</summary>
    public string File => network.File;

    /// <summary>What the network makes of <paramref name="latents"/>, [rows, channels, height, width], at a time step.</summary>
    /// <param name="latents">Scaled as the scheduler wants it.</param>
    /// <param name="shape">Rows, channels, height, width.</param>
    /// <param name="time">The time step, 0 to 999 as a rule; some schedulers use fractions.</param>
    /// <param name="states">Hidden states of each row's text, [rows, tokens, width].</param>
    /// <param name="tokens">Tokens of each text.</param>
    /// <param name="cancellation">Stops the computation.</param>
    public float[] Predict(
        float[] latents, IReadOnlyList<int> shape, double time, float[] states, int tokens, CancellationToken cancellation)
    {
        var rows = shape[0];
        // A scalar, one for all rows, or one for each: as the model says. One when it leaves the length open.
        int[] timeShape = timestep.Shape.Count == 0 ? [] : [timestep.Shape[0] > 0 ? timestep.Shape[0] : 1];
        var times = Enumerable.Repeat((float)time, timeShape is [var count] ? count : 1).ToArray();
        return network.Run(
            output,
            [
                OnnxInput.Of(sample.Name, latents, shape), OnnxInput.Of(timestep.Name, Whole(times), timeShape),
                OnnxInput.Of(text.Name, states, rows, tokens, states.Length / rows / tokens),
            ],
            cancellation).Values;
    }

    public void Dispose() => network.Dispose();

    /// <summary>An integer input takes the nearest step: Euler's own steps may be fractions.</summary>
    float[] Whole(float[] times) => timestep.Type is Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int64
        or Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int32 ? Array.ConvertAll(times, MathF.Round) : times;

    OnnxValue Input(string name, Func<OnnxValue, bool> looksLike) => network.Inputs.TryGetValue(name, out var found) ? found
        : network.Inputs.Values.Where(looksLike).ToList() is [var only] ? only
        : throw Misfit($"no input is {name}");

    OnnxException Misfit(string problem) => new(
        network.File,
        $"{problem}; there is {string.Join(", ", network.Inputs.Values)} and {string.Join(", ", network.Outputs.Values)}");
}
