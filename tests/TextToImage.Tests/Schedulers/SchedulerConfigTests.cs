using Pipeline.TextToImage.Schedulers;

namespace Pipeline.TextToImage.Tests.Schedulers;

public sealed class SchedulerConfigTests
{
    [Theory]
    [InlineData("DDIMScheduler", TimestepSpacing.Leading)]
    [InlineData("PNDMScheduler", TimestepSpacing.Leading)]
    [InlineData("EulerDiscreteScheduler", TimestepSpacing.Linspace)]
    [InlineData("DPMSolverMultistepScheduler", TimestepSpacing.Linspace)]
    public void What_a_file_does_not_say_has_the_default_of_its_class(string name, TimestepSpacing spacing)
    {
        var config = Configs.Parse($$"""{"_class_name": "{{name}}"}""");
        config.Spacing.ShouldBe(spacing);
        config.TrainTimesteps.ShouldBe(1000);
        (config.BetaSchedule, config.BetaStart, config.BetaEnd).ShouldBe((BetaSchedule.Linear, 0.0001, 0.02));
        config.Prediction.ShouldBe(PredictionType.Epsilon);
        config.SetAlphaToOne.ShouldBe(name == "DDIMScheduler");
        config.ClipSampleRange.ShouldBe(name == "DDIMScheduler" ? 1.0 : null);
        config.SkipPrkSteps.ShouldBeFalse();
        (config.SolverOrder, config.LowerOrderFinal, config.FinalSigmaZero).ShouldBe((2, true, true));
    }

    /// <summary>What diffusers' from_config does: keys that the file has count, the others are the new class' own.</summary>
    [Fact]
    public void Another_class_takes_over_what_it_knows()
    {
        const string pndm = """
            {"_class_name": "PNDMScheduler", "beta_end": 0.012, "beta_schedule": "scaled_linear", "beta_start": 0.00085,
             "clip_sample": false, "set_alpha_to_one": false, "skip_prk_steps": true, "steps_offset": 1, "trained_betas": null}
            """;
        var euler = Configs.Parse(pndm, SchedulerNames.Parse("euler"));
        euler.ShouldBe(new SchedulerConfig
        {
            Class = SchedulerClass.EulerDiscrete, BetaEnd = 0.012, BetaStart = 0.00085, BetaSchedule = BetaSchedule.ScaledLinear,
            StepsOffset = 1, Spacing = TimestepSpacing.Linspace,
        });
        var ddim = Configs.Parse(pndm, SchedulerClass.Ddim);
        (ddim.ClipSampleRange, ddim.SetAlphaToOne, ddim.Spacing).ShouldBe((null, false, TimestepSpacing.Leading));
        Configs.Parse("""{"_class_name": "UniPCMultistepScheduler", "solver_type": "bh2"}""", SchedulerNames.Parse("dpmsolver++"))
            .SolverType.ShouldBe(SolverType.Midpoint);
    }

    [Fact]
    public void Literals_that_only_Python_writes_are_read_and_strings_left_alone()
    {
        var config = Configs.Parse(
            """{"_class_name": "DPMSolverMultistepScheduler", "x": "a \" -Infinity: NaN", "lambda_min_clipped": -Infinity, "y": [NaN]}""");
        config.LambdaMinClipped.ShouldBe(double.NegativeInfinity);
        Configs.Parse("""{"_class_name": "DPMSolverMultistepScheduler", "lambda_min_clipped": -5.1}""").LambdaMinClipped.ShouldBe(-5.1);
    }

    [Fact]
    public void An_unknown_class_is_answered_with_the_known_ones()
    {
        Refused("""{"_class_name": "LMSDiscreteScheduler"}""", null).ShouldBe(
            "test.json: _class_name is \"LMSDiscreteScheduler\", which is not supported; allowed: DDIMScheduler, PNDMScheduler, " +
            "EulerDiscreteScheduler, DPMSolverMultistepScheduler.");
        Refused("{}", null).ShouldContain("_class_name is missing");
        Should.Throw<ArgumentException>(() => SchedulerNames.Parse("lms")).Message
            .ShouldContain("'lms'; there are ddim, pndm, euler, dpmsolver++");
    }

    [Theory]
    [InlineData("DDIMScheduler", "\"beta_schedule\": \"sigmoid\"", "beta_schedule is \"sigmoid\"", "squaredcos_cap_v2")]
    [InlineData("DDIMScheduler", "\"thresholding\": true", "thresholding is true", "false")]
    [InlineData("DDIMScheduler", "\"timestep_spacing\": \"log\"", "timestep_spacing is \"log\"", "leading, trailing, linspace")]
    [InlineData("DDIMScheduler", "\"prediction_type\": \"flow\"", "prediction_type is \"flow\"", "epsilon, sample, v_prediction")]
    [InlineData("DDIMScheduler", "\"clip_sample_range\": 0", "clip_sample_range is 0", "above 0")]
    [InlineData("DDIMScheduler", "\"clip_sample\": 1", "clip_sample is 1", "true or false")]
    [InlineData("DDIMScheduler", "\"beta_start\": 1", "beta_start is 1", "above 0 and below 1")]
    [InlineData("DDIMScheduler", "\"beta_end\": NaN", "beta_end is \"NaN\"", "above 0 and below 1")]
    [InlineData("DDIMScheduler", "\"num_train_timesteps\": 0", "num_train_timesteps is 0", "from 1")]
    [InlineData("DDIMScheduler", "\"num_train_timesteps\": 10.5", "num_train_timesteps is 10.5", "whole number")]
    [InlineData("DDIMScheduler", "\"steps_offset\": -1", "steps_offset is -1", "from 0 on")]
    [InlineData("DDIMScheduler", "\"num_train_timesteps\": 3, \"trained_betas\": [0.1, 0.2]", "trained_betas", "there are 2")]
    [InlineData("DDIMScheduler", "\"num_train_timesteps\": 2, \"trained_betas\": [0.1, 2]", "trained_betas is [0.1,2]", "at most 1")]
    [InlineData("PNDMScheduler", "\"prediction_type\": \"sample\"", "prediction_type is \"sample\"", "epsilon, v_prediction")]
    [InlineData("EulerDiscreteScheduler", "\"interpolation_type\": \"log_linear\"", "interpolation_type", "linear")]
    [InlineData("EulerDiscreteScheduler", "\"timestep_type\": \"continuous\"", "timestep_type", "discrete")]
    [InlineData("EulerDiscreteScheduler", "\"use_beta_sigmas\": true", "use_beta_sigmas is true", "false")]
    [InlineData("EulerDiscreteScheduler", "\"sigma_max\": -1", "sigma_max is -1", "above 0")]
    [InlineData("EulerDiscreteScheduler", "\"final_sigmas_type\": \"one\"", "final_sigmas_type", "zero, sigma_min")]
    [InlineData("DPMSolverMultistepScheduler", "\"algorithm_type\": \"sde-dpmsolver++\"", "algorithm_type", "dpmsolver++")]
    [InlineData("DPMSolverMultistepScheduler", "\"solver_order\": 4", "solver_order is 4", "1 to 3")]
    [InlineData("DPMSolverMultistepScheduler", "\"solver_type\": \"rk4\"", "solver_type is \"rk4\"", "midpoint, heun")]
    [InlineData("DPMSolverMultistepScheduler", "\"variance_type\": \"learned\"", "variance_type is \"learned\"", "null")]
    [InlineData("DPMSolverMultistepScheduler", "\"lambda_min_clipped\": Infinity", "lambda_min_clipped", "-Infinity")]
    [InlineData("DPMSolverMultistepScheduler", "\"thresholding\": true", "thresholding is true", "false")]
    public void A_value_that_is_not_supported_is_refused_with_file_key_value_and_what_is_allowed(
        string name, string member, string value, string allowed)
    {
        var message = Refused($$"""{"_class_name": "{{name}}", {{member}}}""", null);
        message.ShouldStartWith("test.json: ");
        message.ShouldContain(value);
        message[message.IndexOf("allowed:", StringComparison.Ordinal)..].ShouldContain(allowed);
    }

    [Theory]
    [InlineData("[]", "test.json is not a JSON object")]
    [InlineData("{", "test.json is not JSON")]
    [InlineData("{\"steps_offset\": 1, \"steps_offset\": 2}", "test.json is not JSON")]
    public void A_file_that_is_no_object_is_refused_by_name(string json, string expected) =>
        Refused(json, SchedulerClass.Ddim).ShouldContain(expected);

    static string Refused(string json, SchedulerClass? scheduler) =>
        Should.Throw<InvalidDataException>(() => Configs.Parse(json, scheduler)).Message;
}
