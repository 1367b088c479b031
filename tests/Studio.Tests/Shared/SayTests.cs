using Pipeline.Studio.Shared;

namespace Pipeline.Studio.Tests.Shared;

public sealed class SayTests
{
    static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(-5, "now")] // clocks differ
    [InlineData(42, "42 s ago")]
    [InlineData(600, "10 min ago")]
    [InlineData(7200, "2 h ago")]
    [InlineData(3 * 86400, "3 d ago")]
    public void A_moment_is_said_as_how_long_ago_it_was(int seconds, string said) => Say.Ago(Now.AddSeconds(-seconds), Now).ShouldBe(said);

    [Theory]
    [InlineData(12.4, "12 ms")]
    [InlineData(1500, "1.5 s")]
    [InlineData(90_000, "1.5 min")]
    [InlineData(5_400_000, "1.5 h")]
    public void A_time_has_the_unit_that_fits_it(double milliseconds, string said) => Say.Time(milliseconds).ShouldBe(said);

    [Theory]
    [InlineData(999, "999 B")]
    [InlineData(1500, "1.5 kB")]
    [InlineData(13_000_000, "13.0 MB")]
    [InlineData(2_200_000_000, "2.2 GB")]
    public void Bytes_are_said_in_powers_of_1000(long bytes, string said) => Say.Bytes(bytes).ShouldBe(said);

    [Fact]
    public void Whole_numbers_have_their_thousands_apart_and_exact_ones_are_read_back_as_they_were()
    {
        Say.Number(1_234_567).ShouldBe("1,234,567");
        double.Parse(Say.Exact(0.1 + 0.2)).ShouldBe(0.1 + 0.2);
    }
}
