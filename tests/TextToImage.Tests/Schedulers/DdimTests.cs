using Pipeline.TextToImage.Schedulers;

namespace Pipeline.TextToImage.Tests.Schedulers;

public sealed class DdimTests
{
    [Fact]
    public void Clean_latents_are_clipped_to_the_range()
    {
        var scheduler = Scheduler.Create(Configs.Parse(
            """{"num_train_timesteps": 100, "prediction_type": "sample", "clip_sample_range": 0.5}""", SchedulerClass.Ddim));
        scheduler.SetTimesteps(1);
        scheduler.Step([3, -3, 0.25], 0, [3, -3, 0.25]).ShouldBe([0.5, -0.5, 0.25]);
    }

    [Fact]
    public void Noise_that_is_predicted_anew_agrees_with_the_clipped_latents()
    {
        var config = Configs.Parse("""{"num_train_timesteps": 100}""", SchedulerClass.Ddim);
        var (schedule, scheduler) = (NoiseSchedule.Of(config), Scheduler.Create(config));
        var (now, then) = (schedule[(int)scheduler.SetTimesteps(2)[0]], schedule[(int)scheduler.Timesteps[1]]);
        double[] Step(bool anew) => scheduler.Step([0.1], 0, [5], new StepOptions { UseClippedModelOutput = anew });

        Step(anew: true)[0].ShouldBe(Math.Sqrt(then) + Math.Sqrt(1 - then) * (5 - Math.Sqrt(now)) / Math.Sqrt(1 - now), 1e-9);
        Step(anew: false)[0].ShouldBe(Math.Sqrt(then) + Math.Sqrt(1 - then) * 0.1, 1e-9);
    }

    /// <summary>With eta 1 a step has the variance of DDPM's, whatever the direction.</summary>
    [Fact]
    public void Noise_of_the_caller_is_weighed_with_eta_and_the_variance()
    {
        var config = Configs.Of(SchedulerClass.Ddim);
        var (schedule, scheduler) = (NoiseSchedule.Of(config), Scheduler.Create(config));
        var (now, then) = (schedule[(int)scheduler.SetTimesteps(4)[0]], schedule[(int)scheduler.Timesteps[1]]);
        double Step(double noise) => scheduler.Step([0.3], 0, [0.7], new StepOptions { Eta = 0.5, VarianceNoise = [noise] })[0];
        (Step(1) - Step(0)).ShouldBe(0.5 * Math.Sqrt((1 - then) / (1 - now) * (1 - now / then)), 1e-9);
    }

    [Theory]
    [InlineData("true", 1)]
    [InlineData("false", 0.9)]
    public void The_last_step_ends_without_noise_or_with_that_of_training_step_0(string toOne, double share)
    {
        var config = Configs.Parse(
            $$"""{"num_train_timesteps": 2, "trained_betas": [0.1, 0.5], "set_alpha_to_one": {{toOne}}, "clip_sample": false}""",
            SchedulerClass.Ddim);
        var scheduler = Scheduler.Create(config with { Prediction = PredictionType.Sample });
        scheduler.SetTimesteps(1);
        var schedule = NoiseSchedule.Of(config);
        var epsilon = (2 - Math.Sqrt(schedule[0])) / Math.Sqrt(1 - schedule[0]);
        scheduler.Step([1], 0, [2])[0].ShouldBe(Math.Sqrt(share) + Math.Sqrt(1 - share) * epsilon, 1e-6);
    }
}
