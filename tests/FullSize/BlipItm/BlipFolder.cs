using Pipeline.FullSize.Weights;
using Pipeline.Models.Safetensors;

namespace Pipeline.FullSize.BlipItm;

/// <summary>BLIP base with both retrieval heads and random weights in Hugging Face layout, as its conversion to safetensors is.</summary>
public sealed class BlipFolder : TemporaryFolder
{
    const string Repository = "Salesforce/blip-itm-base-coco";

    /// <summary>Writes it.</summary>
    public BlipFolder()
    {
        foreach (var file in (string[])["config.json", "preprocessor_config.json"])
            ParameterList.WriteConfig($"{Repository}/{file}", PathOf("model", file));
        CopyFixtures("bert-tokenizer", Model, "vocab.txt");
        File.WriteAllText(PathOf("model", "tokenizer_config.json"), """{ "do_lower_case": true, "tokenizer_class": "BertTokenizer" }""");
        using var weights = File.Create(PathOf("model", "model.safetensors"));
        SafetensorsWriter.Write(weights, [.. Listed.Select(Random), Positions]);
    }

    /// <summary>The parameters of the published model.</summary>
    public static IReadOnlyList<ListedParameter> Listed { get; } = ParameterList.Of("blip_itm");

    /// <summary>The model's folder.</summary>
    public string Model => PathOf("model");

    /// <summary>The buffer that transformers before 4.31 saved with the weights.</summary>
    static TensorSource Positions { get; } = new("text_encoder.embeddings.position_ids", TensorType.I64, [1, 512], stream =>
    {
        for (var position = 0L; position < 512; position++) stream.Write(BitConverter.GetBytes(position));
    });

    static TensorSource Random(ListedParameter parameter) => new(parameter.Name, TensorType.F32, parameter.Shape, stream =>
        RandomNumbers.Write(stream, parameter.Name, Fill.Of(parameter.Name, parameter.Shape.Count), parameter.Count));
}
