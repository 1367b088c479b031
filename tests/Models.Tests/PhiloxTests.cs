namespace Pipeline.Models.Tests;

public sealed class PhiloxTests
{
    /// <summary>The known answers that Random123 publishes for philox4x32 with 10 rounds.</summary>
    [Theory]
    [InlineData(0x00000000u, 0x00000000u, 0x00000000u, 0x00000000u, 0x00000000u, 0x00000000u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu,
        0x9b00dbd8u)]
    [InlineData(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u,
        0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u,
        0x24126ea1u)]
    public void Blocks_are_the_published_ones(
        uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint r0, uint r1, uint r2, uint r3) =>
        Philox.Block((c0, c1, c2, c3), (k0, k1)).ShouldBe((r0, r1, r2, r3));

    [Fact]
    public void Numbers_are_uniform_and_differ_by_seed_and_by_index()
    {
        const int count = 20_000;
        var numbers = Enumerable.Range(0, count).Select(i => Philox.Uniform(i / 20, i % 20)).ToArray();

        numbers.ShouldAllBe(number => number >= 0 && number < 1);
        numbers.Distinct().Count().ShouldBe(count);
        // The mean of n uniform numbers has the standard deviation 1 / sqrt(12 n).
        numbers.Average().ShouldBe(0.5, 5 / Math.Sqrt(12.0 * count));
        numbers.Average(number => number * number).ShouldBe(1.0 / 3, 0.01);
    }

    [Fact]
    public void Both_halves_of_the_seed_matter()
    {
        var numbers = new[] { 0L, 1L, 1L << 31, 1L << 32, 1L << 52, -1L }.Select(seed => Philox.Uniform(seed, 0));
        numbers.Distinct().Count().ShouldBe(6);
    }
}
