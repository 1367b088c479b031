using System.Security.Cryptography;
using System.Text;
using Pipeline.Models;
using Pipeline.Onnx;
using Pipeline.TextToImage.Schedulers;

namespace Pipeline.TextToImage;

/// <summary>How pictures are drawn.</summary>
/// <param name="Scheduler">The sampler.</param>
/// <param name="Steps">Denoising steps; at least 1.</param>
/// <param name="Guidance">Classifier-free guidance scale (Ho and Salimans 2022, arXiv 2207.12598); at least 1, and 1 means none.</param>
/// <param name="NegativePrompt">What guidance steers away from.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Width">Width in pixels.</param>
public sealed record DrawingPlan(
    SchedulerClass Scheduler, int Steps, double Guidance, string NegativePrompt, int Height, int Width);

/// <summary>A picture to draw.</summary>
/// <param name="Text">What it shows.</param>
/// <param name="Seed">Decides its noise.</param>
public sealed record PictureToDraw(string Text, long Seed);

/// <summary>
/// Latent diffusion (Rombach et al. 2022, arXiv 2112.10752) from diffusers' ONNX layout: text encoder, U-Net, VAE decoder, tokenizer,
/// scheduler. One drawing at a time.
/// </summary>
public sealed class DiffusionModel : IDisposable
{
    static readonly string[] Folders =
        ["model_index.json", "scheduler", "text_encoder", "tokenizer", "unet", "vae_decoder", "generation.json"];

    readonly TextConditioning text;
    readonly Denoiser denoiser;
    readonly LatentDecoder decoder;
    readonly SchedulerConfig packed;
    readonly string schedulerJson, schedulerFile;
    readonly int batchSize;

    DiffusionModel(ModelFolder files, OnnxOptions options, int batchSize)
    {
        const string schedulerPath = "scheduler/scheduler_config.json";
        this.batchSize = batchSize;
        Defaults = GenerationDefaults.Load(files);
        schedulerFile = $"{files.Name}/{schedulerPath}";
        schedulerJson = Encoding.UTF8.GetString(files.ReadAllBytes(schedulerPath));
        packed = SchedulerConfig.Parse(schedulerJson, schedulerFile);
        text = new TextConditioning(files, options);
        denoiser = new Denoiser(files, options);
        decoder = new LatentDecoder(files, denoiser.Channels, denoiser.Height, denoiser.Width, options);
        Files = Hashes(files);
        RequireFit();
    }

    /// <summary>How it draws when nobody says otherwise.</summary>
    public GenerationDefaults Defaults { get; }

    /// <summary>The pack's own sampler.</summary>
    public SchedulerClass Scheduler => packed.Class;

    /// <summary>Every file that decides what it draws, by its path, with its SHA-256.</summary>
    public IReadOnlyDictionary<string, (string Sha256, long Bytes)> Files { get; }

    /// <summary>Loads a model and tries each of its parts once, so that what is wrong shows now.</summary>
    /// <param name="folder">The folder with <c>model_index.json</c>.</param>
    /// <param name="options">How networks are computed.</param>
    /// <param name="batchSize">The most rows that the U-Net computes at a time; guidance takes two for a picture.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file is missing; the message names it.</exception>
    /// <exception cref="OnnxException">A network is broken or has unexpected inputs or outputs; the message names its file.</exception>
    /// <exception cref="InvalidDataException">
    /// A file's content is wrong, or differs from what the pack's own list says; the message names it.
    /// </exception>
    public static DiffusionModel Load(string folder, OnnxOptions? options = null, int batchSize = 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 2);
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"There is no diffusion model in {folder}.");
        ModelManifest.Verify(folder);
        return new DiffusionModel(new ModelFolder(folder), options ?? new OnnxOptions(), batchSize);
    }

    /// <summary>Draws pictures.</summary>
    /// <param name="pictures">What to draw, at least one.</param>
    /// <param name="plan">How.</param>
    /// <param name="cancellation">Stops within a step.</param>
    /// <returns>One for each, in their order. Each depends on its own text and seed alone.</returns>
    public IReadOnlyList<DrawnPicture> Draw(
        IReadOnlyList<PictureToDraw> pictures, DrawingPlan plan, CancellationToken cancellation = default)
    {
        RequirePossible(plan);
        var states = pictures.Select(picture => picture.Text).Append(plan.NegativePrompt).Distinct()
            .Where(prompt => plan.Guidance > 1 || pictures.Any(picture => picture.Text == prompt))
            .ToDictionary(prompt => prompt, prompt => Encode(prompt, cancellation));
        var together = plan.Guidance > 1 ? batchSize / 2 : batchSize;
        return [.. pictures.Chunk(together).SelectMany(chunk => Draw(chunk, states, plan, cancellation))];
    }

    /// <summary>Frees the networks.</summary>
    public void Dispose()
    {
        text.Dispose();
        denoiser.Dispose();
        decoder.Dispose();
    }

    IEnumerable<DrawnPicture> Draw(
        PictureToDraw[] pictures, Dictionary<string, OnnxTensor> states, DrawingPlan plan, CancellationToken cancellation)
    {
        int[] shape = [pictures.Length, denoiser.Channels, plan.Height / decoder.Scale, plan.Width / decoder.Scale];
        var latents = Denoise(Noise(pictures, shape), shape, [.. pictures.Select(picture => states[picture.Text])],
            states.GetValueOrDefault(plan.NegativePrompt), plan, cancellation);
        var values = Decode(latents, shape, cancellation);
        var size = 3 * plan.Height * plan.Width;
        return pictures.Select((_, i) => DrawnPicture.From(values.AsSpan(i * size, size), plan.Height, plan.Width));
    }

    /// <summary>From noise of unit variance, [rows, channels, height, width], to latents.</summary>
    internal double[] Denoise(
        double[] noise, int[] shape, IReadOnlyList<OnnxTensor> texts, OnnxTensor? negative, DrawingPlan plan,
        CancellationToken cancellation)
    {
        var isGuided = plan.Guidance > 1;
        int[] rows = [isGuided ? 2 * shape[0] : shape[0], .. shape[1..]];
        float[] conditioning = [.. (isGuided ? texts.SelectMany(_ => negative!.Values) : []), .. texts.SelectMany(text => text.Values)];
        var scheduler = NewScheduler(plan.Scheduler);
        var timesteps = scheduler.SetTimesteps(plan.Steps);
        var latents = Array.ConvertAll(noise, value => value * scheduler.InitNoiseSigma);
        for (var i = 0; i < timesteps.Count; i++)
        {
            var input = Array.ConvertAll(scheduler.ScaleModelInput(latents, i), value => (float)value);
            var predicted = denoiser.Predict(
                isGuided ? [.. input, .. input] : input, rows, timesteps[i], conditioning, texts[0].Shape[1], cancellation);
            latents = scheduler.Step(isGuided ? Guide(predicted, plan.Guidance) : Doubles(predicted), i, latents);
        }

        return latents;
    }

    /// <summary>From latents to pictures, [rows, 3, height, width] in -1 to 1.</summary>
    internal float[] Decode(double[] latents, int[] shape, CancellationToken cancellation) =>
        decoder.Decode(Array.ConvertAll(latents, value => (float)value), shape, cancellation);

    /// <summary>The hidden states of a prompt, [1, tokens, width].</summary>
    internal OnnxTensor Encode(string prompt, CancellationToken cancellation) => text.Encode(prompt, cancellation);

    static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);

    /// <summary>The first half is without the prompt, the second with it: away from the one, towards the other.</summary>
    static double[] Guide(float[] predicted, double guidance)
    {
        var guided = new double[predicted.Length / 2];
        for (var i = 0; i < guided.Length; i++)
            guided[i] = predicted[i] + guidance * (predicted[guided.Length + i] - predicted[i]);
        return guided;
    }

    static double[] Noise(PictureToDraw[] pictures, int[] shape)
    {
        var latents = new double[shape.Aggregate((product, length) => product * length)];
        var noise = new float[latents.Length / pictures.Length];
        for (var picture = 0; picture < pictures.Length; picture++)
        {
            LatentNoise.Fill(pictures[picture].Seed, noise);
            for (var i = 0; i < noise.Length; i++) latents[picture * noise.Length + i] = noise[i];
        }
        return latents;
    }

    IScheduler NewScheduler(SchedulerClass scheduler) => Schedulers.Scheduler.Create(
        scheduler == packed.Class ? packed : SchedulerConfig.Parse(schedulerJson, schedulerFile, scheduler));

    /// <summary>Whether the model can draw so.</summary>
    /// <exception cref="ArgumentException">It cannot; the message says why.</exception>
    public void RequirePossible(DrawingPlan plan)
    {
        var (high, wide) = (plan.Height / decoder.Scale, plan.Width / decoder.Scale);
        var size = $"{plan.Height}x{plan.Width} pixels";
        if (plan.Height % decoder.Scale != 0 || plan.Width % decoder.Scale != 0 || high < 1 || wide < 1)
            throw new ArgumentException($"{size}: sides of this model are multiples of {decoder.Scale}.", nameof(plan));
        if ((denoiser.Height ?? high) != high || (denoiser.Width ?? wide) != wide)
            throw new ArgumentException(
                $"{size}: {denoiser.File} draws {denoiser.Height * decoder.Scale}x{denoiser.Width * decoder.Scale} only.", nameof(plan));
        NewScheduler(plan.Scheduler).SetTimesteps(plan.Steps);
    }

    void RequireFit()
    {
        var states = text.Encode("", CancellationToken.None);
        if (denoiser.TextWidth is { } width && width != states.Shape[^1])
            throw new OnnxException(denoiser.File, $"reads texts of width {width}; the text encoder gives {states.Shape[^1]}");
        var plan = new DrawingPlan(Scheduler, Defaults.Steps, 1, "", Defaults.Height, Defaults.Width);
        RequirePossible(plan);
        // One evaluation of the smallest picture that it draws: parts that do not fit together fail here and not at the first caption.
        int[] shape =
        [
            1, denoiser.Channels, denoiser.Height ?? Math.Min(8, plan.Height / decoder.Scale),
            denoiser.Width ?? Math.Min(8, plan.Width / decoder.Scale),
        ];
        denoiser.Predict(new float[shape.Aggregate((a, b) => a * b)], shape, 1, states.Values, states.Shape[1], CancellationToken.None);
    }

    static Dictionary<string, (string, long)> Hashes(ModelFolder files) => files.Paths()
        .Where(path => Folders.Contains(path.Split('/')[0]))
        .ToDictionary(path => path, path =>
        {
            using var stream = files.OpenRead(path);
            return (Convert.ToHexStringLower(SHA256.HashData(stream)), stream.Length);
        });
}
