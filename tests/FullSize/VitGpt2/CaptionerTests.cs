using Pipeline.FullSize.Measuring;
using Pipeline.FullSize.Weights;
using Pipeline.Hosting;
using Pipeline.Models.Safetensors;

namespace Pipeline.FullSize.VitGpt2;

[Collection(HeavyTests.Name)]
public sealed class CaptionerTests : IDisposable
{
    readonly CaptionerFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task ViT_GPT2_writes_captions_learns_a_step_and_goes_on_from_its_checkpoint_within_the_documented_memory()
    {
        var original = await folder.ImportAsync();

        var written = await Measured.InProcessAsync("caption", folder.Blobs, original);
        var learned = await Measured.InProcessAsync("learn", folder.Blobs, original, written.Results[0]);
        var checkpoint = learned.Results[0];
        var resumed = await Measured.InProcessAsync("resume", folder.Blobs, original, checkpoint);
        var rewritten = await Measured.InProcessAsync("caption", folder.Blobs, checkpoint, "1");

        written.Results.Skip(1).ShouldAllBe(text => text.Length > 0);
        learned.Results.Skip(2).ShouldAllBe(metric => double.IsFinite(double.Parse(metric)));
        (learned.Results[1], resumed.Results[0]).ShouldBe(("1", "1"));
        rewritten.Results.Skip(1).ShouldHaveSingleItem().ShouldNotBeEmpty();
        await ShouldBeAsListed(checkpoint);
        foreach (var (step, measured) in ((string, Measurement)[])
            [("write 10 captions", written), ("learn from 10 captions", learned), ("learn from 10 captions", resumed)])
        {
            Needs.Of(step).ShouldCover(measured);
            Needs.Of(step).Parameters.ShouldBe(CaptionerFolder.Listed.Count());
        }
    }

    /// <summary>
    /// What the checkpoint holds is what transformers would save: the list without its tied output layer, and none of the masks that were
    /// in the file that it came from.
    /// </summary>
    async Task ShouldBeAsListed(string checkpoint)
    {
        using var weights = SafetensorsFile.Open(await new CheckpointStore(new FolderBlobStore(folder.Blobs)).OpenAsync(checkpoint));
        var expected = CaptionerFolder.Listed.Where(parameter => parameter.TiedTo is null).ToArray();
        weights.Entries.Select(entry => new ListedParameter(entry.Name, entry.Shape, null).ToString())
            .ShouldBe(expected.Select(parameter => parameter.ToString()), ignoreOrder: true);
        CaptionerFolder.Listed.Except(expected).ShouldHaveSingleItem().Name.ShouldBe("decoder.lm_head.weight");
        expected.Sum(parameter => parameter.Count).ShouldBe(239_195_904);
    }
}
