using Pipeline.Cli.Terminal;

namespace Pipeline.Cli.Tests.WatchRun;

public sealed class SparklineTests
{
    [Fact]
    public void The_curve_goes_from_the_lowest_to_the_highest_bar() => Sparkline.Of([1, 2, 3, 4, 5, 6, 7, 8], 8).ShouldBe("▁▂▃▄▅▆▇█");

    [Fact]
    public void Too_many_values_are_averaged_into_the_width() => Sparkline.Of([0, 2, 10, 10, 20, 20], 3).ShouldBe("▁▄█");

    [Fact]
    public void A_constant_has_no_slope_and_nothing_has_no_curve()
    {
        Sparkline.Of([3, 3], 5).ShouldBe("▄▄");
        Sparkline.Of([], 5).ShouldBe("");
    }

    [Fact]
    public void A_value_that_was_not_recorded_is_a_gap() => Sparkline.Of([1, double.NaN, 2], 5).ShouldBe("▁ █");
}
