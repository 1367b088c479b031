using Pipeline.FullSize.Measuring;
using Pipeline.FullSize.Weights;
using Pipeline.Hosting;
using Pipeline.Models.Pictures;

namespace Pipeline.FullSize.StableDiffusion;

[Collection(HeavyTests.Name)]
public sealed class DrawingTests : IDisposable
{
    readonly DiffusionFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Stable_Diffusion_draws_a_picture_of_512x512_within_the_documented_memory()
    {
        // What was built is the published network: the list's names and shapes, or its architecture's number of parameters.
        folder.Text.Parameters.Select(parameter => parameter.ToString())
            .ShouldBe(ParameterList.Of("sd15_text_encoder").Select(parameter => parameter.ToString()), ignoreOrder: true);
        long[] parameters = [folder.Text.Parameters.Count(), folder.Unet.Parameters.Count(), folder.Vae.Parameters.Count()];
        parameters.ShouldBe([123_060_480, 859_520_964, 49_490_199]);

        var drawn = await Measured.InProcessAsync("draw", folder.Model, folder.Blobs, "7.5");

        drawn.Results[1].ShouldBe("", "the picture is invalid");
        await using var file = await new FolderBlobStore(folder.Blobs).OpenReadAsync(
            drawn.Results[0], TestContext.Current.CancellationToken);
        var picture = new PictureDecoder().Decode(file, "the drawing");
        (picture.Width, picture.Height).ShouldBe((512, 512));
        picture.Pixels.Distinct().Count().ShouldBeGreaterThan(100);
        var needs = Needs.Of("draw a picture");
        needs.ShouldCover(drawn);
        needs.Parameters.ShouldBe(parameters.Sum());
    }
}
