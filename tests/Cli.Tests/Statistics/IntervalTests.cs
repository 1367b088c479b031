using Pipeline.Cli.Statistics;

namespace Pipeline.Cli.Tests.Statistics;

public sealed class IntervalTests
{
    [Fact]
    public void The_interval_of_five_values_is_that_of_students_t()
    {
        var interval = Interval.Of([1, 2, 3, 4, 5]);

        interval.Mean.ShouldBe(3);
        interval.HalfWidth!.Value.ShouldBe(2.7764451 * Math.Sqrt(2.5 / 5), 1e-6); // t of 4 degrees of freedom, from a printed table
        interval.IsChange.ShouldBeTrue();
        Interval.Of([-1, 2, 3, -4, 5]).IsChange.ShouldBeFalse();
        Interval.Of([-1, -1.1, -0.9]).IsChange.ShouldBeTrue();
    }

    [Fact]
    public void One_value_tells_nothing_of_its_interval_and_is_no_change()
    {
        var interval = Interval.Of([4]);

        (interval.Mean, interval.HalfWidth, interval.IsChange).ShouldBe((4, null, false));
    }

    [Fact]
    public void Values_that_are_all_alike_are_known_exactly() => Interval.Of([2, 2, 2]).HalfWidth.ShouldBe(0);
}
