using Pipeline.Learning.DetectHacking;

namespace Pipeline.Learning.Tests.DetectHacking;

public sealed class DifferenceTests
{
    [Fact]
    public void Paired_values_have_Student_s_interval_around_the_mean_difference()
    {
        var change = Difference.Paired([1, 1, 1, 1, 1], [2, 3, 4, 5, 6], 0.95);

        (change.Before, change.After).ShouldBe((1, 4));
        // Differences 1 to 5: mean 3, standard error sqrt(2.5 / 5); 2.776445 is the quantile for 4 degrees of freedom in every table.
        change.Low.ShouldBe(3 - 2.776445 * Math.Sqrt(0.5), 1e-6);
        change.High.ShouldBe(3 + 2.776445 * Math.Sqrt(0.5), 1e-6);
    }

    [Fact]
    public void Pairs_count_and_not_only_means()
    {
        double[] pictures = [0.1, 0.9, 0.3, 0.7], worse = [0.05, 0.86, 0.24, 0.65];

        Difference.Paired(pictures, worse, 0.95).High.ShouldBeLessThan(0, "each picture lost about 0.05");
        Difference.Independent(pictures, worse, 0.95).High.ShouldBeGreaterThan(0, "as samples they overlap");
    }

    [Fact]
    public void Independent_samples_have_Welch_s_interval()
    {
        var change = Difference.Independent([1, 2, 3], [10, 14, 18, 22], 0.95);

        // Variances 1 / 3 and 26.667 / 4, Welch's 3.295 degrees of freedom, quantile 3.02616.
        (change.High - change.Low).ShouldBe(2 * 3.02616 * Math.Sqrt(1.0 / 3 + 80.0 / 12), 0.02);
        ((change.High + change.Low) / 2).ShouldBe(14, 1e-12);
    }

    [Fact]
    public void Values_that_do_not_vary_leave_no_doubt()
    {
        Difference.Paired([1, 1], [1, 1], 0.95).ShouldBe(new Difference(1, 1, 0, 0));
        Difference.Independent([1, 1], [2, 2], 0.95).ShouldBe(new Difference(1, 2, 1, 1));
    }
}
