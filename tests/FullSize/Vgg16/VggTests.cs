using System.Globalization;
using Pipeline.FullSize.Measuring;
using Pipeline.FullSize.Weights;

namespace Pipeline.FullSize.Vgg16;

[Collection(HeavyTests.Name)]
public sealed class VggTests : IDisposable
{
    readonly VggFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task VGG_16_compares_drawings_by_its_4096_features_of_fc7_within_the_documented_memory()
    {
        VggFolder.Listed.Count().ShouldBe(138_357_544);

        var measured = await Measured.InProcessAsync("vgg", folder.Model);

        measured.Results[0].ShouldBe("4096");
        // Behind a ReLU no feature is negative, so no cosine is; and no drawing is the original.
        var scores = measured.Results.Skip(1).Select(score => double.Parse(score, CultureInfo.InvariantCulture)).ToArray();
        scores.ShouldAllBe(score => score > 0 && score < 1);
        scores.Length.ShouldBe(5);
        var needs = Needs.Of("compare 5 drawings");
        needs.ShouldCover(measured);
        needs.Parameters.ShouldBe(VggFolder.Listed.Count());
    }
}
