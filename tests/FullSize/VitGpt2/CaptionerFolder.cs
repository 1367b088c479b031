using Pipeline.FullSize.Weights;
using Pipeline.Hosting;
using Pipeline.Models.Safetensors;

namespace Pipeline.FullSize.VitGpt2;

/// <summary>
/// ViT-B/16 and GPT-2 small with random weights in Hugging Face layout, with all that a file on the hub may hold: every name of the list,
/// the output layer too although it is tied to the token embedding, and the causal masks that transformers before 4.31 saved.
/// </summary>
public sealed class CaptionerFolder : TemporaryFolder
{
    const string Repository = "nlpconnect/vit-gpt2-image-captioning";
    const int Layers = 12, Positions = 1024;

    /// <summary>Writes it.</summary>
    public CaptionerFolder()
    {
        foreach (var file in (string[])["config.json", "preprocessor_config.json"])
            ParameterList.WriteConfig($"{Repository}/{file}", PathOf("model", file));
        CopyFixtures("gpt2-tokenizer", Model, "vocab.json", "merges.txt");
        using var weights = File.Create(PathOf("model", "model.safetensors"));
        SafetensorsWriter.Write(weights, [.. Listed.Select(Random), .. Masks()]);
    }

    /// <summary>The parameters of the published model.</summary>
    public static IReadOnlyList<ListedParameter> Listed { get; } = ParameterList.Of("vit_gpt2");

    /// <summary>The model's folder.</summary>
    public string Model => PathOf("model");

    /// <summary>Where captioners, pictures and captions are stored.</summary>
    public string Blobs => PathOf("blobs");

    /// <summary>Takes the captioner in as <c>run --captioner</c> does.</summary>
    public Task<string> ImportAsync() => new CheckpointStore(new FolderBlobStore(Blobs)).ImportAsync(Model);

    /// <summary>A parameter of random numbers; a tied one has those of the other.</summary>
    static TensorSource Random(ListedParameter parameter) => new(parameter.Name, TensorType.F32, parameter.Shape, stream =>
        RandomNumbers.Write(
            stream, parameter.TiedTo ?? parameter.Name, Fill.Of(parameter.Name, parameter.Shape.Count), parameter.Count));

    static IEnumerable<TensorSource> Masks() =>
        from layer in Enumerable.Range(0, Layers)
        from attention in (string[])["attn", "crossattention"]
        let name = $"decoder.transformer.h.{layer}.{attention}"
        from mask in (TensorSource[])
        [
            new($"{name}.bias", TensorType.U8, [1, 1, Positions, Positions], stream => stream.Write(new byte[Positions * Positions])),
            new($"{name}.masked_bias", TensorType.F32, [], stream => stream.Write(BitConverter.GetBytes(-1e4f))),
        ]
        select mask;
}
