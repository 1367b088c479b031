using System.Security.Cryptography;
using Pipeline.Captioner.Checkpoints;
using Pipeline.Models;
using Pipeline.Models.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Tests;

public sealed class CheckpointWriterTests : IDisposable
{
    static readonly ModelCard Card = new("A captioner", "Trained by a test.", [("run", "1"), ("parent", "a|b")]);

    readonly string folder = Directory.CreateTempSubdirectory("checkpoint-").FullName;
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_checkpoint_reads_back_in_every_bit()
    {
        var original = new MemoryFiles();
        using var model = CaptionModel.Load(original);
        CheckpointWriter.WriteTo(folder,
            CheckpointWriter.Files(model, Card, new Dictionary<string, string> { ["run"] = "r1", ["version"] = "3" }));

        var written = new ModelFolder(folder);
        using var copy = CaptionModel.Load(written);
        copy.Config.ShouldBe(model.Config);
        foreach (var ((name, expected), (copiedName, actual)) in model.Network.NamedParameters().Zip(copy.Network.NamedParameters()))
        {
            copiedName.ShouldBe(name);
            actual.ShouldBeBitEqualTo(expected, name);
        }
        foreach (var path in model.Companions.Keys) written.ReadAllBytes(path).ShouldBe(original[path], path);

        using var file = SafetensorsFile.Open(written);
        file.Metadata.ShouldBe(new Dictionary<string, string> { ["format"] = "pt", ["run"] = "r1", ["version"] = "3" }, ignoreOrder: true);
        file.Entries.ShouldAllBe(entry => entry.Type == TensorType.F32);
    }

    [Fact]
    public void The_files_are_those_that_transformers_loads_and_a_model_card()
    {
        using var model = CaptionModel.Load(new MemoryFiles());
        var paths = CheckpointWriter.Files(model, Card).Select(file => file.Path).ToArray();
        paths.ShouldBeUnique();
        string[] needed =
        [
            "config.json", "model.safetensors", "preprocessor_config.json", "vocab.json", "merges.txt", "tokenizer_config.json",
                "README.md",
        ];
        needed.ShouldBeSubsetOf(paths);
    }

    [Fact]
    public void The_same_parameters_give_the_same_bytes_and_a_trained_policy_gives_others()
    {
        using var model = CaptionModel.Load(new MemoryFiles());
        using var again = CaptionModel.Load(new MemoryFiles());
        using var policy = model.Decoder.CloneTrainable(1);
        var hash = WeightsHash(model);
        WeightsHash(again).ShouldBe(hash);
        WeightsHash(model, policy).ShouldBe(hash);

        using (no_grad()) policy.NamedParameters().First(named => named.Parameter.requires_grad).Parameter.add_(1);
        WeightsHash(model, policy).ShouldNotBe(hash);
        WeightsHash(model).ShouldBe(hash);
    }

    [Fact]
    public void The_card_has_a_header_a_title_and_the_facts()
    {
        var lines = Card.ToMarkdown().Split('\n');
        lines[0].ShouldBe("---");
        lines.ShouldContain("pipeline_tag: image-to-text");
        lines.ShouldContain("# A captioner");
        lines.ShouldContain("| run | 1 |");
        lines.ShouldContain(@"| parent | a\|b |");
    }

    static string WeightsHash(CaptionModel model, Networks.CaptionDecoder? policy = null)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = new MemoryStream();
        CheckpointWriter.Files(model, Card, policy: policy).Single(file => file.Path == "model.safetensors").Write(stream);
        sha.AppendData(stream.ToArray());
        return Convert.ToHexString(sha.GetHashAndReset());
    }
}
