using Pipeline.Contracts;
using Pipeline.Learning.UpdatePolicy;

namespace Pipeline.Learning.Tests.UpdatePolicy;

public sealed class LearningRateTests
{
    [Fact]
    public void Without_schedule_and_warm_up_the_rate_is_the_configured_one() =>
        Factors(LearningRateSchedule.Constant, warmup: 0, steps: 3).ShouldBe([1, 1, 1]);

    [Fact]
    public void Warm_up_rises_in_equal_parts_and_no_step_learns_nothing() =>
        Factors(LearningRateSchedule.Constant, warmup: 4, steps: 6).ShouldBe([0.25, 0.5, 0.75, 1, 1, 1]);

    [Fact]
    public void The_linear_schedule_would_be_0_at_the_step_after_the_last() =>
        Factors(LearningRateSchedule.Linear, warmup: 1, steps: 5).ShouldBe([1, 1, 0.75, 0.5, 0.25]);

    [Fact]
    public void The_cosine_schedule_is_at_half_in_the_middle_of_the_run()
    {
        var factors = Factors(LearningRateSchedule.Cosine, warmup: 0, steps: 4);
        factors[0].ShouldBe(1);
        factors[2].ShouldBe(0.5, 1e-12);
        factors[3].ShouldBe((1 + Math.Cos(Math.PI * 0.75)) / 2, 1e-12);
    }

    static double[] Factors(LearningRateSchedule schedule, int warmup, int steps) =>
        [.. Enumerable.Range(0, steps).Select(step => LearningRate.Factor(schedule, warmup, step, steps))];
}
