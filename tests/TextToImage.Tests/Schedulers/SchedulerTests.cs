using Pipeline.TextToImage.Schedulers;

namespace Pipeline.TextToImage.Tests.Schedulers;

/// <summary>What holds for every scheduler, and what each is for.</summary>
public sealed class SchedulerTests
{
    public static TheoryData<SchedulerClass> Classes => Configs.Classes;

    public static TheoryData<SchedulerClass, string> Recovering =>
    [
        .. from scheduler in Enum.GetValues<SchedulerClass>()
           from more in new[] { "", "\"use_karras_sigmas\": true", "\"timestep_spacing\": \"trailing\"", "\"solver_order\": 3",
               "\"solver_type\": \"heun\"", "\"beta_schedule\": \"squaredcos_cap_v2\"", "\"use_lu_lambdas\": true",
               "\"skip_prk_steps\": false", "\"euler_at_final\": true", "\"beta_schedule\": \"scaled_linear\"" }
           select (scheduler, more),
    ];

    /// <summary>A model that knows the noise: whatever the spacing or the order, every path leads straight to the clean latents.</summary>
    [Theory, MemberData(nameof(Recovering))]
    public void A_perfect_model_of_the_noise_leads_to_the_clean_latents(SchedulerClass name, string more)
    {
        more = more == "\"skip_prk_steps\": false" ? more : $"\"skip_prk_steps\": true{(more == "" ? "" : ", ")}{more}";
        var config = Configs.Parse($$"""{"set_alpha_to_one": true, "clip_sample": false, {{more}}}""", name);
        var scheduler = Scheduler.Create(config);
        var (clean, noise) = (Configs.Latents(1), Configs.Latents(2));
        var timesteps = scheduler.SetTimesteps(20);

        var sample = scheduler.AddNoise(clean, noise, timesteps[0]);
        for (var i = 0; i < timesteps.Count; i++)
            sample = scheduler.Step(noise, i, sample);

        for (var i = 0; i < clean.Length; i++)
            sample[i].ShouldBe(clean[i], 1e-6);
    }

    /// <summary>The three kinds of prediction are one prediction in three forms.</summary>
    [Theory]
    [InlineData(SchedulerClass.Ddim)]
    [InlineData(SchedulerClass.EulerDiscrete)]
    [InlineData(SchedulerClass.DpmSolverMultistep)]
    public void Noise_clean_latents_and_velocity_are_one_prediction_in_three_forms(SchedulerClass name)
    {
        double[] Drawn(string prediction, Func<double, double, double, double> form)
        {
            var scheduler = Scheduler.Create(Configs.Of(name, $"\"prediction_type\": \"{prediction}\""));
            var schedule = NoiseSchedule.Of(Configs.Of(name));
            scheduler.SetTimesteps(8);
            var sample = Array.ConvertAll(Configs.Latents(3), value => value * scheduler.InitNoiseSigma);
            for (var i = 0; i < scheduler.Timesteps.Count; i++)
            {
                var input = scheduler.ScaleModelInput(sample, i);
                var share = scheduler is EulerDiscreteScheduler euler ? 1 / (1 + euler.Sigmas[i] * euler.Sigmas[i])
                    : scheduler is DpmSolverMultistepScheduler dpm ? 1 / (1 + dpm.Sigmas[i] * dpm.Sigmas[i])
                    : schedule[(int)scheduler.Timesteps[i]];
                sample = scheduler.Step(Array.ConvertAll(input, x => form(x, share, Math.Sin(3 * x))), i, sample);
            }

            return sample;
        }

        var noise = Drawn("epsilon", (_, _, epsilon) => epsilon);
        var clean = Drawn("sample", (x, share, epsilon) => (x - Math.Sqrt(1 - share) * epsilon) / Math.Sqrt(share));
        var velocity = Drawn("v_prediction", (x, share, epsilon) => (epsilon - Math.Sqrt(1 - share) * x) / Math.Sqrt(share));
        for (var i = 0; i < noise.Length; i++)
        {
            clean[i].ShouldBe(noise[i], 1e-9);
            velocity[i].ShouldBe(noise[i], 1e-9);
        }
    }

    [Theory, MemberData(nameof(Classes))]
    public void A_drawing_does_not_depend_on_another_one_beside_it(SchedulerClass name)
    {
        var config = Configs.Of(name);
        var alone = Configs.Draw(Scheduler.Create(config), 7, Configs.Latents(4));

        var other = Scheduler.Create(config);
        other.SetTimesteps(9);
        var turn = 0;
        var beside = Configs.Draw(
            Scheduler.Create(config), 7, Configs.Latents(4), between: () => other.Step(Configs.Latents(5), turn++, Configs.Latents(6)));
        beside.ShouldBe(alone);
    }

    [Theory, MemberData(nameof(Classes))]
    public void A_second_drawing_forgets_the_first(SchedulerClass name)
    {
        var scheduler = Scheduler.Create(Configs.Of(name));
        var first = Configs.Draw(scheduler, 6, Configs.Latents(7));
        Configs.Draw(scheduler, 11, Configs.Latents(8));
        Configs.Draw(scheduler, 6, Configs.Latents(7)).ShouldBe(first);
    }

    [Theory, MemberData(nameof(Classes))]
    public void A_step_leaves_its_arguments_as_they_are(SchedulerClass name)
    {
        var scheduler = Scheduler.Create(Configs.Of(name));
        scheduler.SetTimesteps(5);
        var (output, sample) = (Configs.Latents(9), Configs.Latents(10));
        scheduler.ScaleModelInput(sample, 0)[0] = 99;
        scheduler.Step(output, 0, sample)[0] = 99;
        output.ShouldBe(Configs.Latents(9));
        sample.ShouldBe(Configs.Latents(10));
    }

    [Theory, MemberData(nameof(Classes))]
    public void Timesteps_never_grow_and_stay_within_the_training(SchedulerClass name)
    {
        foreach (var spacing in new[] { "leading", "trailing", "linspace" })
            foreach (var steps in Enumerable.Range(1, 60))
            {
                var timesteps = Scheduler.Create(Configs.Of(name, $"\"timestep_spacing\": \"{spacing}\"")).SetTimesteps(steps);
                timesteps.Count.ShouldBe(name == SchedulerClass.Pndm && steps > 1 ? steps + 1 : steps, $"{spacing}, {steps}");
                timesteps.ShouldBe(timesteps.OrderDescending());
                timesteps.ShouldAllBe(timestep => timestep >= 0 && timestep < 100);
            }
    }
}
