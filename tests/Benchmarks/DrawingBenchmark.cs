using BenchmarkDotNet.Attributes;
using Pipeline.Models;
using Pipeline.Onnx;
using Pipeline.Testing;
using Pipeline.TextToImage;

namespace Pipeline.Benchmarks;

/// <summary>
/// Drawing with the embedded pack: five samples of ten captions, as a step of the second demo draws them, and each of its parts. For
/// comparison the same U-Net is computed in the same run by python3-torch (Debian: <c>apt-get install python3-torch</c>).
/// </summary>
public class DrawingBenchmark
{
    const int Captions = 10, Samples = 5;
    const string Caption = "a small red circle left of a large blue square on a brown background";

    static readonly string Pack = Path.Combine(Repository.Root, "models", "tiny", "diffusion");

    DiffusionModel model = null!;
    OnnxModel unet = null!, decoder = null!, encoder = null!;
    TorchUnet? torch;
    OnnxInput[] sample = [], latents = [], ids = [];
    DrawingPlan plan = null!, guided = null!;

    /// <summary>Threads of every computation, torch's as well.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    static PictureToDraw[] Wanted => [.. Enumerable.Range(0, Captions * Samples).Select(i => new PictureToDraw(Caption, i))];

    /// <summary>Loads the pack, and starts torch when it is there.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var options = new OnnxOptions { Threads = Threads };
        model = DiffusionModel.Load(Pack, options, batchSize: 100);
        (unet, decoder, encoder) = (Part("unet"), Part("vae_decoder"), Part("text_encoder"));
        plan = new DrawingPlan(
            model.Scheduler, model.Defaults.Steps, model.Defaults.Guidance, "", model.Defaults.Height, model.Defaults.Width);
        guided = plan with { Guidance = 1.5 };
        var rows = Captions * Samples;
        var hidden = encoder.Run("last_hidden_state", [OnnxInput.Of("input_ids", new int[28], 1, 28)]);
        sample =
        [
            OnnxInput.Of("sample", new float[rows * 4 * 256], rows, 4, 16, 16), OnnxInput.Of("timestep", [500L], 1),
            OnnxInput.Of("encoder_hidden_states", [.. Enumerable.Repeat(hidden.Values, rows).SelectMany(state => state)], rows, 28, hidden.Shape[2]),
        ];
        latents = [OnnxInput.Of("latent_sample", new float[rows * 4 * 256], rows, 4, 16, 16)];
        ids = [OnnxInput.Of("input_ids", new int[Captions * 28], Captions, 28)];
        torch = TorchUnet.Start(rows, Threads);

        OnnxModel Part(string name) => OnnxModel.Load(new ModelFolder(Pack), $"{name}/model.onnx", options);
    }

    /// <summary>Frees everything.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        torch?.Dispose();
        encoder.Dispose();
        decoder.Dispose();
        unet.Dispose();
        model.Dispose();
    }

    /// <summary>Fifty pictures as the pack is shipped, from text to pixels.</summary>
    [Benchmark]
    public int DrawFifty() => model.Draw(Wanted, plan).Count;

    /// <summary>Fifty pictures with guidance, which takes two evaluations for each.</summary>
    [Benchmark]
    public int DrawFiftyGuided() => model.Draw(Wanted, guided).Count;

    /// <summary>Ten captions through the text encoder.</summary>
    [Benchmark]
    public int EncodeTexts() => encoder.Run("last_hidden_state", ids).Values.Length;

    /// <summary>One denoising step of fifty pictures.</summary>
    [Benchmark(Baseline = true)]
    public int UnetStep() => unet.Run("out_sample", sample).Values.Length;

    /// <summary>The same network in eager python3-torch; throws without it.</summary>
    [Benchmark]
    public void UnetStepInTorch() => (torch ?? throw new InvalidOperationException("python3-torch is not installed.")).Step();

    /// <summary>Fifty latents to pictures.</summary>
    [Benchmark]
    public int DecodeFifty() => decoder.Run("sample", latents).Values.Length;
}
