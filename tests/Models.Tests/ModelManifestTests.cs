using System.Security.Cryptography;
using System.Text.Json;

namespace Pipeline.Models.Tests;

public sealed class ModelManifestTests : IDisposable
{
    readonly string pack = Directory.CreateTempSubdirectory("pipeline-pack-").FullName;
    readonly string model;

    public ModelManifestTests()
    {
        model = Path.Combine(pack, "vgg");
        Write("vgg/model.onnx", "weights");
        Write("vgg/deep/config.json", "{}");
        Write("other/model.onnx", "others");
        WriteManifest("vgg/model.onnx", "vgg/deep/config.json", "other/model.onnx");
    }

    public void Dispose() => Directory.Delete(pack, recursive: true);

    [Fact]
    public void A_model_that_is_as_its_pack_says_passes()
    {
        ModelManifest.Verify(model);
        ModelManifest.Verify(model + "/");
    }

    [Fact]
    public void A_file_with_another_content_is_named_with_both_hashes()
    {
        Write("vgg/model.onnx", "weighty");
        Problem().ShouldBe($"{model}/model.onnx: SHA-256 is {Hash("weighty")}; pack.json says {Hash("weights")}");
    }

    [Fact]
    public void A_file_of_another_size_is_named()
    {
        Write("vgg/deep/config.json", "{");
        Problem().ShouldBe($"{model}/deep/config.json: it has 1 bytes; pack.json says 2");
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        File.Delete(Path.Combine(model, "model.onnx"));
        Problem().ShouldBe($"{model}/model.onnx: there is no such file; pack.json lists it");
    }

    [Fact]
    public void The_whole_pack_is_compared_when_it_is_asked_for_and_named_by_its_own_folder()
    {
        ModelManifest.VerifyPack(pack).ShouldBe(3);
        ModelManifest.Verify(model).ShouldBe(2);
        Write("other/model.onnx", "OTHERS");
        Should.Throw<InvalidDataException>(() => ModelManifest.VerifyPack(pack)).Message
            .ShouldBe($"{pack}/other/model.onnx: SHA-256 is {Hash("OTHERS")}; pack.json says {Hash("others")}");
    }

    [Fact]
    public void A_whole_pack_without_a_list_is_an_error()
    {
        ModelManifest.IsPack(pack).ShouldBeTrue();
        ModelManifest.IsPack(model).ShouldBeFalse();
        Should.Throw<InvalidDataException>(() => ModelManifest.VerifyPack(model)).Message
            .ShouldBe($"{model}: there is no pack.json, so nothing says what its files should be");
    }

    [Fact]
    public void A_link_is_compared_by_the_file_that_it_leads_to()
    {
        var elsewhere = Path.Combine(pack, "elsewhere");
        File.Move(Path.Combine(model, "model.onnx"), elsewhere);
        File.CreateSymbolicLink(Path.Combine(model, "model.onnx"), elsewhere);
        ModelManifest.Verify(model).ShouldBe(2);
    }

    [Fact]
    public void Files_of_other_models_and_files_that_are_not_listed_do_not_matter()
    {
        Write("other/model.onnx", "changed");
        Write("vgg/notes.txt", "mine");
        Write("vgg2/model.onnx", "mine");
        ModelManifest.Verify(model);
    }

    [Fact]
    public void Without_a_manifest_there_is_nothing_to_compare()
    {
        File.Delete(Path.Combine(pack, "pack.json"));
        Write("vgg/model.onnx", "anything");
        ModelManifest.Verify(model);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"files": 1}""")]
    [InlineData("""{"files": [null]}""")]
    [InlineData("""{"files": [{"path": "vgg/model.onnx", "size": 7}]}""")]
    [InlineData("""{"files": [{"path": "vgg/model.onnx", "size": "many", "sha256": "00"}]}""")]
    [InlineData("""{"files": [{"path": 1, "size": 7, "sha256": "00"}]}""")]
    public void A_broken_manifest_is_named(string manifest)
    {
        Write("pack.json", manifest);
        Problem().ShouldStartWith($"{pack}/pack.json: ");
        Problem().ShouldNotContain("\n");
    }

    string Problem() => Should.Throw<InvalidDataException>(() => ModelManifest.Verify(model)).Message;

    void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(pack, path))!);
        File.WriteAllText(Path.Combine(pack, path), content);
    }

    void WriteManifest(params string[] paths) => Write("pack.json", JsonSerializer.Serialize(new
    {
        name = "test",
        files = paths.Select(path => new
        {
            path, size = new FileInfo(Path.Combine(pack, path)).Length, sha256 = Hash(File.ReadAllText(Path.Combine(pack, path))),
        }),
    }));

    static string Hash(string content) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content)));
}
