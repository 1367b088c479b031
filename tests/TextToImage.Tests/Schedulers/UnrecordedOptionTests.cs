using Pipeline.TextToImage.Schedulers;

namespace Pipeline.TextToImage.Tests.Schedulers;

/// <summary>
/// Options of which the fixture has no trajectory. The expected numbers come from a second, separate computation of the published formulas
/// in double precision, from betas and shares rounded to single precision.
/// </summary>
public sealed class UnrecordedOptionTests
{
    [Fact]
    public void Runge_Kutta_begins_PNDM() => Drawn(
        """{"_class_name": "PNDMScheduler", "num_train_timesteps": 100}""", 7,
        [84, 77, 77, 70, 70, 63, 63, 56, 56, 49, 49, 42, 42, 28, 14, 0]).ShouldBe(0.8436265051286171, 1e-6);

    [Fact]
    public void Lu_s_levels_with_the_third_order() => Drawn(
        """
        {"_class_name": "DPMSolverMultistepScheduler", "num_train_timesteps": 100, "use_lu_lambdas": true, "solver_order": 3}
        """, 16, [99, 79, 61, 46, 34, 24, 18, 12, 9, 6, 4, 3, 2, 1, 0, 0]).ShouldBe(1.6032356013966755, 1e-6);

    [Fact]
    public void Lu_s_levels_with_heun() => Drawn(
        """
        {"_class_name": "DPMSolverMultistepScheduler", "num_train_timesteps": 100, "use_lu_lambdas": true, "solver_type": "heun"}
        """, 6, [99, 46, 18, 6, 2, 0]).ShouldBe(1.6560169896891286, 1e-6);

    /// <summary>The last step then has no length: its levels are the same.</summary>
    [Fact]
    public void Levels_that_end_at_the_training_s_least_leave_the_last_sample_as_it_is()
    {
        var scheduler = Scheduler.Create(Configs.Of(SchedulerClass.DpmSolverMultistep,
            "\"use_karras_sigmas\": true, \"final_sigmas_type\": \"sigma_min\", \"solver_type\": \"heun\""));
        scheduler.SetTimesteps(20);
        double[] sample = [0.5];
        for (var i = 0; i < 19; i++)
            sample = scheduler.Step([0.1], i, sample);
        scheduler.Step([0.1], 19, sample)[0].ShouldBe(sample[0], 1e-6);
    }

    [Fact]
    public void Karras_levels_of_Euler_run_between_the_configured_ends()
    {
        var scheduler = new EulerDiscreteScheduler(Configs.Of(SchedulerClass.EulerDiscrete,
            "\"use_karras_sigmas\": true, \"sigma_min\": 0.25, \"sigma_max\": 1.25, \"final_sigmas_type\": \"sigma_min\""));
        scheduler.SetTimesteps(4);
        scheduler.Sigmas[0].ShouldBe(1.25, 1e-6);
        scheduler.Sigmas[3].ShouldBe(0.25, 1e-6);
        scheduler.Sigmas[4].ShouldBe(Math.Sqrt(0.0001 / 0.9999), 1e-5);
    }

    static double Drawn(string json, int steps, double[] timesteps)
    {
        var scheduler = Scheduler.Create(Configs.Parse(json));
        scheduler.SetTimesteps(steps).ShouldBe(timesteps);
        double[] sample = [0.5];
        for (var i = 0; i < timesteps.Length; i++)
            sample = scheduler.Step([Math.Cos(sample[0] + timesteps[i] / 50)], i, sample);
        return sample[0];
    }
}
