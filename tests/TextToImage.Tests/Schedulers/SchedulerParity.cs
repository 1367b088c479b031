using System.Text.Json.Nodes;
using Pipeline.TextToImage.Schedulers;

namespace Pipeline.TextToImage.Tests.Schedulers;

/// <summary>Against diffusers' schedulers of the same configurations; tolerances are those of the fixture's README.</summary>
[Trait("Category", "Parity")]
public sealed class SchedulerParity
{
    public static TheoryData<string> Variants => [.. SchedulersFixture.Variants];

    public static TheoryData<string, string> Runs =>
        [.. from variant in SchedulersFixture.Variants from run in SchedulersFixture.Runs(variant) select (variant, run.Key)];

    [Theory, MemberData(nameof(Variants))]
    public void The_class_is_the_one_that_the_file_names(string variant) =>
        SchedulersFixture.Config(variant).Class.ShouldBe(SchedulerNames.Parse((string)SchedulersFixture.Variant(variant)["class"]!));

    [Theory, MemberData(nameof(Variants))]
    public void The_signal_s_share_is_diffusers(string variant)
    {
        var schedule = NoiseSchedule.Of(SchedulersFixture.Config(variant));
        foreach (var (timestep, share) in SchedulersFixture.Variant(variant)["alphas_cumprod_probe"]!.AsObject())
            Close(schedule[int.Parse(timestep)], (double)share!, relative: 1e-6, absolute: 1e-12, $"timestep {timestep}");
    }

    [Theory, MemberData(nameof(Runs))]
    public void Timesteps_and_noise_levels_are_diffusers(string variant, string run)
    {
        var scheduler = Scheduler.Create(SchedulersFixture.Config(variant));
        var expected = SchedulersFixture.Runs(variant)[run]!;
        var timesteps = SchedulersFixture.Numbers(expected["timesteps"]);
        var tolerance = timesteps.All(timestep => timestep == Math.Floor(timestep)) ? 0 : 1e-3;

        scheduler.SetTimesteps(int.Parse(run)).Count.ShouldBe(timesteps.Length);
        for (var i = 0; i < timesteps.Length; i++)
            Close(scheduler.Timesteps[i], timesteps[i], 0, tolerance, $"timestep {i}");

        Close(scheduler.InitNoiseSigma, (double)expected["init_noise_sigma"]!, 1e-5, 0, "init_noise_sigma");
        if (expected["sigmas"] is not { } levels)
            return;
        var sigmas = scheduler is EulerDiscreteScheduler euler ? euler.Sigmas : ((DpmSolverMultistepScheduler)scheduler).Sigmas;
        var sigmasExpected = SchedulersFixture.Numbers(levels);
        sigmas.Count.ShouldBe(sigmasExpected.Length);
        for (var i = 0; i < sigmas.Count; i++)
            Close(sigmas[i], sigmasExpected[i], 1e-5, 0, $"sigma {i}");
    }

    [Theory, MemberData(nameof(Runs))]
    public void The_trajectory_is_diffusers(string variant, string run)
    {
        var states = Draw(variant, int.Parse(run));
        var means = SchedulersFixture.Numbers(SchedulersFixture.Runs(variant)[run]!["abs_mean_per_step"]);
        states.Count.ShouldBe(means.Length);
        for (var i = 0; i < means.Length; i++)
            Latent(states[i].Average(Math.Abs), means[i], $"mean after {i} steps");

        var (expected, shape) = SchedulersFixture.Tensor($"{variant}.{run}");
        var (kept, length) = ((int)shape[0], states[0].Length);
        (expected.Length / length).ShouldBe(kept);
        for (var row = 0; row < kept; row++)
        {
            // Of long runs the fixture keeps the beginning and the end.
            var state = states[kept == states.Count || row < kept / 2 ? row : states.Count - kept + row];
            for (var i = 0; i < length; i++)
                Latent(state[i], expected[row * length + i], $"row {row}, latent {i}");
        }
    }

    [Theory, MemberData(nameof(Variants))]
    public void Noise_is_added_as_in_diffusers(string variant)
    {
        if (SchedulersFixture.Variant(variant)["add_noise_timesteps"] is not { } timesteps)
            return;
        var scheduler = Scheduler.Create(SchedulersFixture.Config(variant));
        var (expected, _) = SchedulersFixture.Tensor($"{variant}.add_noise");
        var length = expected.Length / timesteps.AsArray().Count;
        var clean = SchedulersFixture.Tensor("clean_latents").Values[..length];
        var noise = SchedulersFixture.Tensor("initial_noise").Values[..length];

        var noisy = SchedulersFixture.Numbers(timesteps).SelectMany(timestep => scheduler.AddNoise(clean, noise, timestep)).ToArray();
        for (var i = 0; i < expected.Length; i++)
            Close(noisy[i], expected[i], 1e-5, 1e-5, $"latent {i}");
    }

    static List<double[]> Draw(string variant, int steps)
    {
        var scheduler = Scheduler.Create(SchedulersFixture.Config(variant));
        scheduler.SetTimesteps(steps);
        var (noise, shape) = SchedulersFixture.Tensor("initial_noise");
        var (varianceNoise, _) = SchedulersFixture.Tensor("variance_noise");
        var (eta, clipped) = Options(SchedulersFixture.Variant(variant)["step_kwargs"]!.AsObject());

        List<double[]> states = [Array.ConvertAll(noise, value => value * scheduler.InitNoiseSigma)];
        for (var i = 0; i < scheduler.Timesteps.Count; i++)
        {
            var output = SchedulersFixture.FakeModel(scheduler.ScaleModelInput(states[i], i), scheduler.Timesteps[i], shape);
            var stepNoise = eta > 0 ? varianceNoise.AsSpan(i * noise.Length, noise.Length) : default;
            states.Add(scheduler.Step(
                output, i, states[i], new StepOptions { Eta = eta, VarianceNoise = stepNoise, UseClippedModelOutput = clipped }));
        }

        return states;
    }

    static (double Eta, bool UseClippedModelOutput) Options(JsonObject arguments)
    {
        arguments.Select(argument => argument.Key).Except(["eta", "use_clipped_model_output"]).ShouldBeEmpty();
        return ((double?)arguments["eta"] ?? 0, (bool?)arguments["use_clipped_model_output"] ?? false);
    }

    static void Latent(double actual, double expected, string what) =>
        Close(actual, expected, Math.Abs(expected) > 10 ? 1e-3 : 0, 1e-4, what);

    /// <summary>The larger of the two tolerances counts.</summary>
    static void Close(double actual, double expected, double relative, double absolute, string what)
    {
        var tolerance = Math.Max(absolute, relative * Math.Abs(expected));
        if (!(Math.Abs(actual - expected) <= tolerance))
            throw new ShouldAssertException($"{what}: {actual} should be {expected} within {tolerance}.");
    }
}
