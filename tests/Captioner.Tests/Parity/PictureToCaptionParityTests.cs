using Pipeline.Models.Pictures;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Tests.Parity;

[Trait("Category", "Parity")]
public sealed class PictureToCaptionParityTests(VitGpt2Fixture fixture) : IClassFixture<VitGpt2Fixture>, IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Pictures_become_the_pixel_values_of_transformers()
    {
        var pictures = Pictures();
        for (var i = 0; i < pictures.Length; i++)
        {
            var expected = fixture["pixel_values"][i];
            tensor(fixture.Model.Preprocessor.Preprocess(pictures[i]), expected.shape).ShouldBeNear(expected, 1e-6, $"picture {i}");
        }
        fixture.Model.Encode(pictures).ShouldBeNear(fixture.Memory, 2e-4);
    }

    [Fact]
    public void Files_become_the_texts_of_transformers()
    {
        var memory = fixture.Model.Encode(Pictures());
        foreach (var expected in fixture.Expected.GetProperty("captions").EnumerateObject())
        {
            var captions = expected.Name == "greedy_ids"
                ? fixture.Sampler.Greedy(memory, (int)fixture["greedy_ids"].shape[1] - 1)
                : fixture.Sampler.BeamSearch(memory, fixture.Search(expected.Name[..^"_ids".Length]))
                    .Select(hypotheses => hypotheses[0].Caption);
            captions.Select(caption => fixture.Model.Tokenizer.Decode(caption.TokenIds))
                .ShouldBe(expected.Value.EnumerateArray().Select(text => text.GetString()!), expected.Name);
        }
    }

    RgbPicture[] Pictures()
    {
        var decoder = new PictureDecoder();
        return [.. fixture.Expected.GetProperty("images").EnumerateArray().Select(name =>
        {
            using var stream = fixture.Files.OpenRead(name.GetString()!);
            return decoder.Decode(stream, name.GetString()!);
        })];
    }
}
