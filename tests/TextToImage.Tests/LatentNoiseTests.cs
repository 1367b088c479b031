namespace Pipeline.TextToImage.Tests;

public sealed class LatentNoiseTests
{
    [Fact]
    public void It_is_of_the_standard_normal_distribution()
    {
        var noise = new float[200_000];
        LatentNoise.Fill(7, noise);

        var mean = noise.Average();
        noise.ShouldAllBe(value => float.IsFinite(value));
        mean.ShouldBe(0, 0.01);
        noise.Average(value => (value - mean) * (value - mean)).ShouldBe(1, 0.02);
        noise.Average(value => Math.Pow(value - mean, 4)).ShouldBe(3, 0.1);
        (noise.Count(value => Math.Abs(value) < 0.6745) / (double)noise.Length).ShouldBe(0.5, 0.01);
    }

    [Fact]
    public void A_number_depends_on_the_seed_and_its_place_and_not_on_how_many_are_asked_for()
    {
        var (few, many) = (new float[7], new float[100]);
        LatentNoise.Fill(42, few);
        LatentNoise.Fill(42, many);

        few.ShouldBe(many[..7]);
        LatentNoise.Fill(43, few);
        few.ShouldNotContain(value => many.Contains(value));
        LatentNoise.Fill(42, few, stream: 1);
        few.ShouldNotContain(value => many.Contains(value));
    }

    [Fact]
    public void Neighbouring_seeds_and_places_have_nothing_to_do_with_each_other()
    {
        var (one, two) = (new float[50_000], new float[50_000]);
        LatentNoise.Fill(1, one);
        LatentNoise.Fill(2, two);

        one.Zip(two, (a, b) => a * (double)b).Average().ShouldBe(0, 0.02);
        one.Zip(one.Skip(1), (a, b) => a * (double)b).Average().ShouldBe(0, 0.02);
    }
}
