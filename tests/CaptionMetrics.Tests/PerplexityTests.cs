namespace Pipeline.CaptionMetrics.Tests;

public sealed class PerplexityTests
{
    [Fact]
    public void A_model_that_chooses_evenly_among_8_tokens_has_a_perplexity_of_8() =>
        Perplexity.Of([3 * Math.Log(1.0 / 8), 5 * Math.Log(1.0 / 8)], [3, 5]).ShouldBe(8, 1e-12);

    [Fact]
    public void Each_token_counts_alike_and_not_each_caption() =>
        Perplexity.Of([-9, -1], [9, 1]).ShouldBe(Math.E, 1e-12, "ten tokens, ten nats");

    [Fact]
    public void A_certain_model_has_a_perplexity_of_1() => Perplexity.Of([0, 0], [4, 2]).ShouldBe(1);
}
