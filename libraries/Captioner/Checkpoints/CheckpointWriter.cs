using System.Text;
using Pipeline.Captioner.Networks;
using Pipeline.Captioner.Weights;
using Pipeline.Models;
using Pipeline.Models.Safetensors;

namespace Pipeline.Captioner.Checkpoints;

/// <summary>A file of a checkpoint.</summary>
/// <param name="Path">Its path within the checkpoint.</param>
/// <param name="Write">Writes its content to a stream; the same every time until the parameters change.</param>
public sealed record CheckpointFile(string Path, Action<Stream> Write);

/// <summary>
/// Writes checkpoints in Hugging Face layout, which transformers loads unchanged: <c>model.safetensors</c> in single precision, a model
/// card, and the configurations and tokenizer of the captioner that it came from, byte for byte. The files are streams, so they go to a
/// folder or to content-addressed blobs alike, and no second copy of the weights is made.
/// </summary>
public static class CheckpointWriter
{
    const string Weights = "model.safetensors", Card = "README.md";

    /// <summary>What may stand beside the weights. Python's transformers writes and reads these names.</summary>
    static readonly string[] CompanionPaths =
    [
        "config.json", "generation_config.json", "preprocessor_config.json", "vocab.json", "merges.txt", "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json", "added_tokens.json",
    ];

    /// <summary>The files of a checkpoint.</summary>
    /// <param name="model">Where everything comes from that is not the policy.</param>
    /// <param name="card">What people read about it.</param>
    /// <param name="metadata">Goes into the safetensors header, with transformers' "format": "pt".</param>
    /// <param name="policy">The decoder whose parameters are written; the model's own by default.</param>
    public static IReadOnlyList<CheckpointFile> Files(
        CaptionModel model, ModelCard card, IReadOnlyDictionary<string, string>? metadata = null, CaptionDecoder? policy = null)
    {
        var header = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>()) { ["format"] = "pt" };
        var tensors = model.Network.NamedParameters(policy).Select(named => TorchWeights.ToSource(named.Name, named.Parameter)).ToList();
        return
        [
            .. model.Companions.OrderBy(file => file.Key, StringComparer.Ordinal)
                .Select(file => new CheckpointFile(file.Key, stream => stream.Write(file.Value))),
            new CheckpointFile(Weights, stream => SafetensorsWriter.Write(stream, tensors, header)),
            new CheckpointFile(Card, stream => stream.Write(Encoding.UTF8.GetBytes(card.ToMarkdown()))),
        ];
    }

    /// <summary>Writes the files into a folder, which is made if need be; files of the same names are replaced.</summary>
    public static void WriteTo(string folder, IEnumerable<CheckpointFile> files)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in files)
        {
            using var stream = File.Create(Path.Combine(folder, file.Path));
            file.Write(stream);
        }
    }

    /// <summary>Reads the small files of a checkpoint that a new one passes on.</summary>
    internal static IReadOnlyDictionary<string, byte[]> ReadCompanions(IModelFiles files) =>
        CompanionPaths.Where(files.Exists).ToDictionary(path => path, files.ReadAllBytes);
}
