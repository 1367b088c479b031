using System.Globalization;
using Pipeline.FullSize.Measuring;
using Pipeline.FullSize.Weights;

namespace Pipeline.FullSize.BlipItm;

[Collection(HeavyTests.Name)]
public sealed class BlipTests : IDisposable
{
    readonly BlipFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>
    /// That it loads says that names and shapes are the list's: a tensor that is missing, left over or of another shape is an error.
    /// </summary>
    [Fact]
    public async Task BLIP_scores_captions_with_either_head_within_the_documented_memory()
    {
        BlipFolder.Listed.Count().ShouldBe(223_744_258);
        foreach (var (head, least) in ((string, double)[])[("Itc", -1), ("Itm", 0)])
        {
            var measured = await Measured.InProcessAsync("blip", folder.Model, head);

            measured.Results.Count.ShouldBe(4);
            measured.Results.Select(score => double.Parse(score, CultureInfo.InvariantCulture))
                .ShouldAllBe(score => score >= least && score <= 1);
            var needs = Needs.Of("score 4 captions");
            needs.ShouldCover(measured);
            needs.Parameters.ShouldBe(BlipFolder.Listed.Count());
        }
    }
}
