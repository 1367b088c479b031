using Pipeline.TextToImage.Schedulers;

namespace Pipeline.TextToImage.Tests.Schedulers;

public sealed class NoiseScheduleTests
{
    [Fact]
    public void Trained_betas_are_taken_as_they_are()
    {
        const string json = """{"num_train_timesteps": 3, "trained_betas": [0.5, 0.25, 0.5]}""";
        var schedule = NoiseSchedule.Of(Configs.Parse(json, SchedulerClass.Ddim));
        (schedule.Count, schedule[0], schedule[1], schedule[2]).ShouldBe((3, 0.5, 0.375, 0.1875));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void The_first_and_the_last_beta_are_those_of_the_configuration(int count)
    {
        var config = Configs.Parse($$"""{"num_train_timesteps": {{count}}, "beta_start": 0.125, "beta_end": 0.5}""", SchedulerClass.Ddim);
        var schedule = NoiseSchedule.Of(config);
        schedule[0].ShouldBe(0.875);
        if (count > 1)
            (schedule[count - 1] / schedule[count - 2]).ShouldBe(0.5, 1e-6);
    }

    [Fact]
    public void Cosine_betas_follow_the_cosine_and_are_capped()
    {
        var schedule = NoiseSchedule.Of(Configs.Of(SchedulerClass.Ddim, "\"beta_schedule\": \"squaredcos_cap_v2\""));
        static double Signal(double time) => Math.Pow(Math.Cos((time + 0.008) / 1.008 * Math.PI / 2), 2);
        schedule[49].ShouldBe(Signal(0.5) / Signal(0), 1e-5);
        (schedule[99] / schedule[98]).ShouldBe(0.001, 1e-6);
    }

    [Fact]
    public void Rescaled_betas_end_without_signal_and_begin_as_before()
    {
        var plain = NoiseSchedule.Of(Configs.Of(SchedulerClass.Ddim));
        var rescaled = NoiseSchedule.Of(Configs.Of(SchedulerClass.Ddim, "\"rescale_betas_zero_snr\": true"));
        rescaled[0].ShouldBe(plain[0], 1e-6);
        rescaled[99].ShouldBe(0);
        plain[99].ShouldBeGreaterThan(0.1);
    }

    /// <summary>A share of 2^-24 stands for none: a level of 4096 in place of an infinite one.</summary>
    [Fact]
    public void Without_signal_the_greatest_noise_level_is_finite()
    {
        var euler = Scheduler.Create(Configs.Of(SchedulerClass.EulerDiscrete,
            "\"rescale_betas_zero_snr\": true, \"timestep_spacing\": \"trailing\", \"prediction_type\": \"v_prediction\""));
        euler.SetTimesteps(10);
        euler.InitNoiseSigma.ShouldBe(4096, 1);
        Configs.Draw(euler, 10, Configs.Latents(1)).ShouldAllBe(value => double.IsFinite(value));
    }

    [Fact]
    public void Too_noisy_times_are_left_out_when_lambda_is_clipped()
    {
        const string cosine = "\"beta_schedule\": \"squaredcos_cap_v2\"";
        static SchedulerConfig Dpm(string more) => Configs.Of(SchedulerClass.DpmSolverMultistep, more);
        var all = Scheduler.Create(Dpm(cosine)).SetTimesteps(10);
        var clipped = Scheduler.Create(Dpm($"{cosine}, \"lambda_min_clipped\": -3")).SetTimesteps(10);
        all[0].ShouldBe(99);
        clipped[0].ShouldBeLessThan(99);
        var table = new SigmaTable(NoiseSchedule.Of(Dpm(cosine)));
        (-Math.Log(table.At(clipped[0]))).ShouldBeGreaterThanOrEqualTo(-3);
        (-Math.Log(table.At(clipped[0] + 1))).ShouldBeLessThan(-3);
    }

    /// <summary>Near-halves round as numpy.arange computes them: 1000 / 48 x 3 is 62.5, but 937.4999... is what is rounded.</summary>
    [Fact]
    public void Trailing_times_are_rounded_from_numpy_s_values()
    {
        var config = Configs.Parse("""{"timestep_spacing": "trailing"}""", SchedulerClass.Ddim);
        new DdimScheduler(config).SetTimesteps(48)[3].ShouldBe(936);
        new DdimScheduler(config).SetTimesteps(16)[1].ShouldBe(937);
        new DdimScheduler(config).SetTimesteps(61).Count.ShouldBe(61);
    }
}
