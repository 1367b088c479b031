using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Captioner.Configuration;
using Pipeline.Captioner.Weights;
using Pipeline.Models;
using Pipeline.Testing;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Tests.Parity;

[Trait("Category", "Parity")]
public sealed class FullSizeParityTests
{
    const string Captioner = "nlpconnect/vit-gpt2-image-captioning/config.json";

    /// <summary>On the meta device, which has shapes and no memory.</summary>
    [Fact]
    public void Names_and_shapes_of_the_full_size_captioner_are_transformers()
    {
        var folder = new ModelFolder(Fixtures.OfRepository("scale-config"));
        var config = JsonNode.Parse(folder.ReadAllBytes("configs.json"))![Captioner]!["values"];
        var files = new MemoryFiles { ["config.json"] = JsonSerializer.SerializeToUtf8Bytes(config) };
        files.Remove("generation_config.json");
        using var parameters = new RandomParameters(0, META);
        using var network = new CaptionNetwork(CaptionerConfig.Load(files), parameters);
        var actual = network.NamedParameters().ToDictionary(named => named.Name, named => string.Join(',', named.Parameter.shape));

        using var list = JsonDocument.Parse(folder.ReadAllBytes("vit_gpt2_parameters.json"));
        var expected = list.RootElement.GetProperty("tensors").EnumerateArray()
            .ToDictionary(tensor => tensor.GetProperty("name").GetString()!,
                tensor => string.Join(',', tensor.GetProperty("shape").EnumerateArray()));
        // transformers lists the tied output layer a second time.
        expected.Remove("decoder.lm_head.weight");

        actual.ShouldBe(expected, ignoreOrder: true);
        network.NamedParameters().Sum(named => named.Parameter.numel())
            .ShouldBe(list.RootElement.GetProperty("parameters_total").GetInt64());
    }
}
