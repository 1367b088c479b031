using Pipeline.Cli.Statistics;
using Pipeline.Replays.Statistics;

namespace Pipeline.Cli.Tests.Statistics;

public sealed class StatisticsTests
{
    [Fact]
    public void The_variance_is_that_of_the_population_behind_the_sample()
    {
        Moments.Variance([2, 4, 4, 4, 5, 5, 7, 9])!.Value.ShouldBe(32 / 7.0, 1e-12);
        Moments.Variance([3]).ShouldBeNull();
        Moments.Variance([]).ShouldBeNull();
    }

    /// <summary>The example of Spearman's correlation on Wikipedia (IQ and hours of television): -29/165.</summary>
    [Fact]
    public void Ranks_that_have_little_to_do_with_each_other_correlate_little() =>
        Correlation.Spearman([106, 100, 86, 101, 99, 103, 97, 113, 112, 110], [7, 27, 2, 50, 28, 29, 20, 12, 6, 17])
            .ShouldBe(-29 / 165.0, 1e-12);

    [Fact]
    public void Only_the_order_matters_and_not_the_distance()
    {
        Correlation.Spearman([1, 2, 3, 4], [0.1, 10, 11, 1000]).ShouldBe(1, 1e-12);
        Correlation.Spearman([1, 2, 3, 4], [4, 3, 2, -100]).ShouldBe(-1, 1e-12);
    }

    /// <summary>Ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3: 4.5 / sqrt(4.5 x 5).</summary>
    [Fact]
    public void Equal_values_share_the_mean_of_their_ranks() =>
        Correlation.Spearman([1, 5, 5, 9], [1, 2, 3, 4]).ShouldBe(4.5 / Math.Sqrt(4.5 * 5), 1e-12);

    [Fact]
    public void Nothing_can_be_said_of_an_order_that_is_none() => Correlation.Spearman([1, 1, 1], [1, 2, 3]).ShouldBe(double.NaN);
}
