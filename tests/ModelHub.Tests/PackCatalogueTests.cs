using Pipeline.ModelHub.Catalogue;
using Pipeline.Testing;

namespace Pipeline.ModelHub.Tests;

public sealed class PackCatalogueTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("pipeline-catalogue-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_repositorys_own_manifest_has_the_four_packs()
    {
        var full = PackCatalogue.Load(Path.Combine(Repository.Root, "models", "full", "manifest.json"));

        full.Packs.Select(pack => pack.Name).ShouldBe(["captioner", "blip", "diffusion", "vgg"]);
        full.Packs.Where(pack => pack.Licence.MustAccept).Select(pack => pack.Name).ShouldBe(["diffusion"]);
        full.Find("captioner").Files.Single(file => file.Path == "model.safetensors").Revision.ShouldBe("refs/pr/37");
        full.Packs.ShouldAllBe(pack => pack.Use.Contains("{folder}"));
        foreach (var file in full.Packs.SelectMany(pack => pack.Files).Where(file => file.Local is not null))
            File.Exists(Path.Combine(full.Folder, file.Local!)).ShouldBeTrue(file.Local);
    }

    [Fact]
    public void A_pack_that_there_is_not_is_an_error_that_lists_those_that_there_are() =>
        Should.Throw<HubException>(() => Load("[" + Pack("one", "a") + "]").Find("two")).Message
            .ShouldBe("there is no pack 'two'; there are one");

    [Theory]
    [InlineData("../a", "leads out of the folder")]
    [InlineData("/a", "leads out of the folder")]
    [InlineData("a//b", "leads out of the folder")]
    public void A_path_that_leads_out_of_the_folder_is_refused(string path, string problem) =>
        Should.Throw<HubException>(() => Load("[" + Pack("one", path) + "]")).Message.ShouldContain(problem);

    [Fact]
    public void A_hash_that_is_none_is_refused() =>
        Should.Throw<HubException>(() => Load("[" + Pack("one", "a", "\"ABC\"") + "]")).Message
            .ShouldContain("one/a: sha256 must be 64 lower-case hexadecimal digits");

    [Fact]
    public void A_name_that_is_there_twice_is_refused() =>
        Should.Throw<HubException>(() => Load($"[{Pack("one", "a")},{Pack("one", "b")}]")).Message.ShouldContain("one is there twice");

    [Fact]
    public void A_name_that_is_no_folder_is_refused() =>
        Should.Throw<HubException>(() => Load("[" + Pack("../one", "a") + "]")).Message.ShouldContain("is no name of a pack");

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[{\"name\": \"one\"}]")]
    public void A_manifest_that_is_none_is_named(string packs) =>
        Should.Throw<HubException>(() => Load(packs)).Message.ShouldStartWith($"{_folder}/manifest.json: it is no manifest of models: ");

    PackCatalogue Load(string packs)
    {
        var manifest = Path.Combine(_folder, "manifest.json");
        File.WriteAllText(manifest, $$"""{"packs": {{packs}}}""");
        return PackCatalogue.Load(manifest);
    }

    static string Pack(string name, string path, string sha256 = "null") => $$"""
        {"name": "{{name}}", "what": "w", "repo": "a/b", "revision": "main", "use": "u", "licence": {"name": "l", "url": "u"},
         "files": [{"path": "{{path}}", "sha256": {{sha256}}}]}
        """;
}
