using Pipeline.TextToImage.Schedulers;

namespace Pipeline.TextToImage.Tests.Schedulers;

/// <summary>Misuse that would otherwise draw something wrong.</summary>
public sealed class SchedulerGuardTests
{
    public static TheoryData<SchedulerClass> Classes => Configs.Classes;

    public static TheoryData<SchedulerClass, int> WrongSteps =>
        [.. from scheduler in Enum.GetValues<SchedulerClass>() from steps in new[] { -1, 0, 101 } select (scheduler, steps)];

    [Theory, MemberData(nameof(WrongSteps))]
    public void A_drawing_takes_at_least_one_step_and_no_more_than_the_training(SchedulerClass name, int steps) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Scheduler.Create(Configs.Of(name)).SetTimesteps(steps))
            .Message.ShouldContain($"{name.ShortName()}: a drawing takes 1 to 100 steps");

    [Theory]
    [InlineData(SchedulerClass.Ddim)]
    [InlineData(SchedulerClass.Pndm)]
    public void An_offset_may_not_lead_beyond_the_training(SchedulerClass name) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Scheduler.Create(Configs.Of(name, "\"steps_offset\": 1")).SetTimesteps(100))
            .Message.ShouldContain("steps_offset 1");

    [Fact]
    public void Two_steps_of_DPM_Solver_at_one_time_are_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Scheduler.Create(Configs.Of(SchedulerClass.DpmSolverMultistep)).SetTimesteps(100))
            .Message.ShouldContain("two of the steps fall on one time");

    [Fact]
    public void Runge_Kutta_needs_four_steps()
    {
        var scheduler = Scheduler.Create(Configs.Parse("""{"_class_name": "PNDMScheduler"}"""));
        Should.Throw<ArgumentOutOfRangeException>(() => scheduler.SetTimesteps(3)).Message.ShouldContain("at least 4");
        scheduler.SetTimesteps(4).Count.ShouldBe(13);
    }

    [Theory, MemberData(nameof(Classes))]
    public void A_step_before_SetTimesteps_says_what_comes_first(SchedulerClass name) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Scheduler.Create(Configs.Of(name)).Step([1], 0, [1]))
            .Message.ShouldContain("SetTimesteps comes first");

    [Theory, MemberData(nameof(Classes))]
    public void A_step_that_does_not_exist_is_refused(SchedulerClass name)
    {
        var scheduler = Scheduler.Create(Configs.Of(name));
        var count = scheduler.SetTimesteps(5).Count;
        Should.Throw<ArgumentOutOfRangeException>(() => scheduler.Step([1], count, [1])).Message.ShouldContain($"{count} timesteps");
        Should.Throw<ArgumentOutOfRangeException>(() => scheduler.Step([1], -1, [1]));
    }

    [Theory]
    [InlineData(SchedulerClass.Pndm)]
    [InlineData(SchedulerClass.DpmSolverMultistep)]
    public void A_scheduler_that_remembers_takes_each_step_once_and_in_order(SchedulerClass name)
    {
        var scheduler = Scheduler.Create(Configs.Of(name));
        scheduler.SetTimesteps(5);
        Should.Throw<InvalidOperationException>(() => scheduler.Step([1], 1, [1])).Message.ShouldContain("Step 1 was asked for where 0");
        scheduler.Step([1], 0, [1]);
        Should.Throw<InvalidOperationException>(() => scheduler.Step([1], 0, [1]));
    }

    [Theory, MemberData(nameof(Classes))]
    public void A_prediction_of_another_length_is_refused(SchedulerClass name)
    {
        var scheduler = Scheduler.Create(Configs.Of(name));
        scheduler.SetTimesteps(5);
        Should.Throw<ArgumentException>(() => scheduler.Step([1, 2], 0, [1])).Message.ShouldContain("2 numbers for 1 latents");
        Should.Throw<ArgumentException>(() => scheduler.AddNoise([1], [1, 2], scheduler.Timesteps[0])).Message.ShouldContain("2 numbers");
    }

    [Theory]
    [InlineData(SchedulerClass.Ddim, 100, "whole numbers from 0 to 99")]
    [InlineData(SchedulerClass.Pndm, 0.5, "whole numbers from 0 to 99")]
    [InlineData(SchedulerClass.EulerDiscrete, 98.5, "98.5 is not among the 5 timesteps")]
    [InlineData(SchedulerClass.DpmSolverMultistep, 98, "98 is not among the 5 timesteps")]
    public void Noise_is_added_only_at_times_that_there_are(SchedulerClass name, double timestep, string expected)
    {
        var scheduler = Scheduler.Create(Configs.Of(name));
        scheduler.SetTimesteps(5);
        Should.Throw<ArgumentException>(() => scheduler.AddNoise([1], [1], timestep)).Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Eta_is_from_0_to_1(double eta)
    {
        var scheduler = Scheduler.Create(Configs.Of(SchedulerClass.Ddim));
        scheduler.SetTimesteps(5);
        Should.Throw<ArgumentException>(() => scheduler.Step([1], 0, [1], new StepOptions { Eta = eta, VarianceNoise = [1] }))
            .Message.ShouldContain("must be from 0 to 1");
    }

    [Fact]
    public void Eta_needs_noise_of_the_caller()
    {
        var scheduler = Scheduler.Create(Configs.Of(SchedulerClass.Ddim));
        scheduler.SetTimesteps(5);
        Should.Throw<ArgumentException>(() => scheduler.Step([1], 0, [1], new StepOptions { Eta = 0.5 }))
            .Message.ShouldContain("0 numbers for 1 latents");
    }
}
