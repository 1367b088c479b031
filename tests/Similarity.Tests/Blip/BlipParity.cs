using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Captioner.Weights;
using Pipeline.Models;
using Pipeline.Models.Pictures;
using Pipeline.Models.Safetensors;
using Pipeline.Models.Tokenizers;
using Pipeline.Similarity.Blip;
using Pipeline.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Similarity.Tests.Blip;

/// <summary>Against transformers' BlipForImageTextRetrieval; tolerances are those of the fixture's README.</summary>
[Trait("Category", "Parity")]
public sealed class BlipParity : IDisposable
{
    const double FeatureTolerance = 1e-5, HiddenTolerance = 2e-4, GradientTolerance = 1e-4;

    readonly ModelFolder folder = new(Fixtures.Path("blip-itm"));
    readonly DisposeScope scope = NewDisposeScope();
    readonly BlipRetrieval model;
    readonly SafetensorsFile io;
    readonly JsonObject expected;

    public BlipParity()
    {
        model = BlipRetrieval.Load(folder);
        io = SafetensorsFile.Open(folder, "io.safetensors");
        expected = JsonNode.Parse(folder.ReadAllBytes("expected.json"))!.AsObject();
    }

    [Fact]
    public void Pictures_are_preprocessed_as_in_the_reference()
    {
        var preprocessor = PicturePreprocessor.Load(folder);
        var pictures = Images.SelectMany(image => preprocessor.Preprocess(new PictureDecoder().Decode(folder.OpenRead(image), image)));
        ShouldBeClose(tensor(pictures.ToArray()), Io("pixel_values").flatten(), 1e-6);
    }

    [Fact]
    public void Texts_are_encoded_as_in_the_reference()
    {
        var tokenizer = BertWordPieces.Load(folder, "[DEC]", "[ENC]");
        foreach (var suffix in Variants("input_ids"))
        {
            var ids = Io("input_ids" + suffix);
            var length = (int)ids.shape[1];
            var batch = TokenBatch.Pad([.. Texts.Select(text => tokenizer.Encode(text, length))], tokenizer.Padding, length);
            batch.Ids.ShouldBe(ids.data<long>().ToArray());
            batch.Mask.ShouldBe(Io("attention_mask" + suffix).data<long>().ToArray());
        }
    }

    [Fact]
    public void The_vision_tower_gives_the_reference_s_states_and_features()
    {
        var seen = model.Vision.Forward(Io("pixel_values"));
        ShouldBeClose(seen, Io("vision_last_hidden_state"), HiddenTolerance);
        ShouldBeClose(model.Vision.Pool(seen), Io("vision_pooler_output"), HiddenTolerance);
        ShouldBeClose(model.PictureFeature(seen), Io("image_feature"), FeatureTolerance);
    }

    [Fact]
    public void The_text_tower_gives_the_reference_s_states_and_features()
    {
        var read = model.Text.Forward(Io("input_ids"), Io("attention_mask"));
        ShouldBeClose(read, Io("text_last_hidden_state"), HiddenTolerance);
        ShouldBeClose(model.TextFeature(read), Io("text_feature"), FeatureTolerance);
    }

    [Fact]
    public void Cosines_are_the_reference_s_padded_and_unmasked_too()
    {
        var pictures = model.PictureFeature(model.Vision.Forward(Io("pixel_values")));
        foreach (var entry in io.Entries.Where(entry => entry.Name.StartsWith("itc_cosine", StringComparison.Ordinal)))
        {
            var unmasked = entry.Name.Contains("_no_mask", StringComparison.Ordinal);
            var suffix = entry.Name["itc_cosine".Length..].Replace("_no_mask", "");
            var texts = model.TextFeature(model.Text.Forward(Io("input_ids" + suffix), unmasked ? null : Io("attention_mask" + suffix)));
            ShouldBeClose(pictures.matmul(texts.t()), Io(entry.Name), FeatureTolerance);
        }
    }

    [Fact]
    public void Match_logits_and_probabilities_are_the_reference_s()
    {
        var seen = model.Vision.Forward(Io("pixel_values"));
        var (ids, mask) = (Io("input_ids"), Io("attention_mask"));
        for (var picture = 0; picture < seen.shape[0]; picture++)
        {
            var fused = model.Text.Forward(ids, mask, seen.narrow(0, picture, 1).expand(ids.shape[0], -1, -1));
            if (io.Contains($"itm_last_hidden_state_image{picture}"))
                ShouldBeClose(fused, Io($"itm_last_hidden_state_image{picture}"), HiddenTolerance);
            var logits = model.MatchLogits(fused);
            ShouldBeClose(logits, Io("itm_logits")[picture], HiddenTolerance);
            ShouldBeClose(logits.softmax(-1).select(1, 1), Io("itm_probability")[picture], FeatureTolerance);
        }
    }

    [Fact]
    public void The_gradient_of_the_diagonal_s_cosines_reaches_the_pixels()
    {
        var pixels = Io("pixel_values").requires_grad_();
        var pictures = model.PictureFeature(model.Vision.Forward(pixels));
        var texts = model.TextFeature(model.Text.Forward(Io("input_ids"), Io("attention_mask")));
        var diagonal = Math.Min(pictures.shape[0], texts.shape[0]);
        (pictures.narrow(0, 0, diagonal) * texts.narrow(0, 0, diagonal)).sum().backward();
        ShouldBeClose(pixels.grad!, Io("grad_pixel_values_of_diagonal_itc_sum"), GradientTolerance);
    }

    [Fact]
    public void Parameters_have_the_reference_s_names_and_shapes()
    {
        var reference = expected["parameters"]!.AsObject().ToDictionary(p => p.Key, p => string.Join('x', p.Value!.AsArray()));
        Shapes(model).ShouldBe(reference, ignoreOrder: true);
    }

    [Fact]
    public void Full_size_parameters_have_the_reference_s_names_and_shapes()
    {
        var scale = new ModelFolder(Fixtures.OfRepository("scale-config"));
        var reference = JsonNode.Parse(scale.ReadAllBytes("blip_itm_parameters.json"))!;
        var configs = JsonNode.Parse(scale.ReadAllBytes("configs.json"))!.AsObject();
        var (file, config) = configs.Single(file => (string?)file.Value!["values"]?["model_type"] == "blip");
        using var random = new RandomParameters(1, META);
        using var full = new BlipRetrieval(BlipConfig.Parse(file, JsonSerializer.SerializeToUtf8Bytes(config!["values"])), random);

        var parameters = reference["tensors"]!.AsArray().Where(t => (string?)t!["kind"] == "parameter")
            .ToDictionary(t => (string)t!["name"]!, t => string.Join('x', t!["shape"]!.AsArray()));
        Shapes(full).ShouldBe(parameters, ignoreOrder: true);
        full.NamedParameters().Sum(p => p.Parameter.numel()).ShouldBe((long)reference["parameters_total"]!);
    }

    public void Dispose()
    {
        io.Dispose();
        model.Dispose();
        scope.Dispose();
    }

    IEnumerable<string> Images => expected["images"]!.AsArray().Select(image => (string)image!);

    IEnumerable<string> Texts => expected["texts"]!.AsArray().Select(text => (string)text!);

    IEnumerable<string> Variants(string name) =>
        io.Entries.Where(entry => entry.Name.StartsWith(name, StringComparison.Ordinal)).Select(entry => entry.Name[name.Length..]);

    static Dictionary<string, string> Shapes(BlipRetrieval network) =>
        network.NamedParameters().ToDictionary(p => p.Name, p => string.Join('x', p.Parameter.shape));

    Tensor Io(string name) => io.ReadTensor(name);

    static void ShouldBeClose(Tensor actual, Tensor reference, double tolerance)
    {
        actual.shape.ShouldBe(reference.shape);
        (actual - reference).abs().max().item<float>().ShouldBeLessThanOrEqualTo((float)tolerance);
    }
}
