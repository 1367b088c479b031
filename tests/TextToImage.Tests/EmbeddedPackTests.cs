using System.Text.Json;
using Pipeline.Models;
using Pipeline.Models.Tokenizers;
using Pipeline.Onnx;
using Pipeline.Testing;
using Pipeline.TextToImage.Schedulers;

namespace Pipeline.TextToImage.Tests;

/// <summary>The embedded drawing model against what its Python builder computed from the same files: expected-diffusion.json.</summary>
public sealed class EmbeddedPackTests : IDisposable
{
    static readonly string Pack = Path.Combine(Repository.Root, "models", "tiny");
    static readonly JsonElement Expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(Pack, "expected-diffusion.json"))).RootElement;

    readonly DiffusionModel model = DiffusionModel.Load(Path.Combine(Pack, "diffusion"));

    public void Dispose() => model.Dispose();

    [Fact]
    public void Captions_become_the_same_tokens_and_hidden_states()
    {
        var tokenizer = ClipTokenizer.Load(new ModelFolder(Path.Combine(Pack, "diffusion", "tokenizer")));
        foreach (var text in Expected.GetProperty("texts").EnumerateArray())
        {
            var caption = text.GetProperty("caption").GetString()!;
            tokenizer.Context(caption).ShouldBe(text.GetProperty("token_ids").EnumerateArray().Select(id => id.GetInt32()), caption);
            ShouldAgree(model.Encode(caption, TestContext.Current.CancellationToken).Values, text.GetProperty("last_hidden_state"), 1e-3);
        }
    }

    [Fact]
    public void The_schedule_has_the_same_times()
    {
        var schedule = Expected.GetProperty("schedule");
        var scheduler = Scheduler.Create(SchedulerConfig.Load(new ModelFolder(Path.Combine(Pack, "diffusion"))));

        scheduler.SetTimesteps(schedule.GetProperty("steps").GetInt32()).ShouldBe(
            schedule.GetProperty("timesteps").EnumerateArray().Select(time => time.GetDouble()));
    }

    [Fact]
    public void The_networks_compute_the_same()
    {
        var unet = Expected.GetProperty("unet");
        using (var network = OnnxModel.Load(new ModelFolder(Path.Combine(Pack, "diffusion")), "unet/model.onnx"))
            ShouldAgree(
                network.Run(
                    "out_sample",
                    [
                        Given("sample", unet.GetProperty("sample")), Given("encoder_hidden_states", unet.GetProperty("encoder_hidden_states")),
                        OnnxInput.Of("timestep", [unet.GetProperty("timestep").GetInt64()], 1),
                    ],
                    TestContext.Current.CancellationToken).Values,
                unet.GetProperty("out_sample"), 1e-3);

        var vae = Expected.GetProperty("vae_decoder");
        using var decoder = OnnxModel.Load(new ModelFolder(Path.Combine(Pack, "diffusion")), "vae_decoder/model.onnx");
        ShouldAgree(
            decoder.Run("sample", [Given("latent_sample", vae.GetProperty("latent_sample"))], TestContext.Current.CancellationToken).Values,
            vae.GetProperty("sample"), 1e-3);
    }

    [Fact]
    public void From_the_same_noise_the_same_pictures_are_drawn_with_and_without_guidance()
    {
        var drawings = Expected.GetProperty("drawings");
        var texts = drawings.GetProperty("captions").EnumerateArray()
            .Select(caption => model.Encode(caption.GetString()!, TestContext.Current.CancellationToken)).ToArray();
        var nothing = model.Encode("", TestContext.Current.CancellationToken);
        var (noise, shape) = Values(drawings.GetProperty("initial_latents"));
        foreach (var result in drawings.GetProperty("results").EnumerateArray())
        {
            var plan = new DrawingPlan(
                model.Scheduler, drawings.GetProperty("steps").GetInt32(), result.GetProperty("guidance").GetDouble(), "",
                model.Defaults.Height, model.Defaults.Width);

            var latents = model.Denoise(
                Array.ConvertAll(noise, value => (double)value), shape, texts, nothing, plan, TestContext.Current.CancellationToken);

            ShouldAgree(Array.ConvertAll(latents, value => (float)value), result.GetProperty("latents"), 5e-3);
            ShouldAgree(model.Decode(latents, shape, TestContext.Current.CancellationToken), result.GetProperty("picture"), 5e-3);
        }
    }

    /// <summary>A tensor that both sides make from its description: element i is ((factor i + 1) mod period - period / 2) / divisor.</summary>
    static (float[] Values, int[] Shape) Values(JsonElement given)
    {
        int Number(string name) => given.GetProperty(name).GetInt32();
        int[] shape = [.. given.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())];
        var (factor, period, divisor) = (Number("factor"), Number("period"), Number("divisor"));
        var values = new float[shape.Aggregate((product, length) => product * length)];
        for (var i = 0; i < values.Length; i++) values[i] = (((long)factor * i + 1) % period - period / 2) / (float)divisor;
        return (values, shape);
    }

    static OnnxInput Given(string name, JsonElement given)
    {
        var (values, shape) = Values(given);
        return OnnxInput.Of(name, values, shape);
    }

    static void ShouldAgree(float[] values, JsonElement expected, double tolerance)
    {
        values.Length.ShouldBe(expected.GetProperty("shape").EnumerateArray().Aggregate(1, (product, length) => product * length.GetInt32()));
        var places = expected.GetProperty("at").EnumerateArray().Select(place => place.GetInt32());
        foreach (var (place, value) in places.Zip(expected.GetProperty("values").EnumerateArray()))
            values[place].ShouldBe(value.GetSingle(), tolerance, $"at {place}");
        values.Average(value => Math.Abs(value)).ShouldBe(expected.GetProperty("mean_absolute").GetSingle(), tolerance);
    }
}
