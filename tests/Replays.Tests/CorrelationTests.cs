using Pipeline.Replays.Statistics;

namespace Pipeline.Replays.Tests;

public sealed class CorrelationTests
{
    [Fact]
    public void Pearson_is_one_along_a_rising_line_and_minus_one_along_a_falling_one()
    {
        Correlation.Pearson([1, 2, 3], [5, 7, 9]).ShouldBe(1, 1e-12);
        Correlation.Pearson([1, 2, 3], [3, 2, 1]).ShouldBe(-1, 1e-12);
        Correlation.Pearson([1, 2, 3, 4], [1, 3, 2, 4]).ShouldBe(0.8, 1e-12);
    }

    /// <summary>Five of six pairs alike, one in reverse: 4 / 6.</summary>
    [Fact]
    public void Kendall_is_the_share_of_pairs_in_order_less_those_in_reverse() =>
        Correlation.Kendall([1, 2, 3, 4], [1, 3, 2, 4]).ShouldBe(2 / 3.0, 1e-12);

    [Fact]
    public void Kendall_is_what_counting_every_pair_gives_also_with_ties()
    {
        var random = new Random(11);
        for (var round = 0; round < 200; round++)
        {
            var count = random.Next(2, 30);
            double[] first = [.. Enumerable.Range(0, count).Select(_ => (double)random.Next(8))];
            double[] second = [.. Enumerable.Range(0, count).Select(_ => (double)random.Next(8))];
            var expected = EveryPair(first, second);
            if (double.IsNaN(expected)) Correlation.Kendall(first, second).ShouldBe(double.NaN);
            else Correlation.Kendall(first, second).ShouldBe(expected, 1e-12);
        }
    }

    [Fact]
    public void Nothing_can_be_said_where_all_values_are_equal()
    {
        Correlation.Pearson([1, 1], [1, 2]).ShouldBe(double.NaN);
        Correlation.Kendall([1, 1], [1, 2]).ShouldBe(double.NaN);
    }

    /// <summary>Tau-b by its definition (Kendall 1945).</summary>
    static double EveryPair(double[] first, double[] second)
    {
        double difference = 0, untiedFirst = 0, untiedSecond = 0;
        for (var i = 0; i < first.Length; i++)
            for (var j = 0; j < i; j++)
            {
                var (a, b) = (Math.Sign(first[i] - first[j]), Math.Sign(second[i] - second[j]));
                difference += a * b;
                untiedFirst += a * a;
                untiedSecond += b * b;
            }
        return difference / Math.Sqrt(untiedFirst * untiedSecond);
    }
}
