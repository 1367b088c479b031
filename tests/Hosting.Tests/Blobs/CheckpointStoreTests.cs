using System.Text;
using Pipeline.Contracts;
using Pipeline.Models;

namespace Pipeline.Hosting.Tests.Blobs;

public sealed class CheckpointStoreTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("pipeline-checkpoints-").FullName;
    readonly FolderBlobStore _blobs;
    readonly CheckpointStore _checkpoints;

    public CheckpointStoreTests()
    {
        _blobs = new FolderBlobStore(Path.Combine(_folder, "blobs"));
        _checkpoints = new CheckpointStore(_blobs);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_checkpoint_opens_as_the_files_it_was_saved_from()
    {
        var name = await SaveAsync(("config.json", "{}"), ("tokenizer/vocab.json", "[]"));

        var files = await _checkpoints.OpenAsync(name, Cancel);

        files.Name.ShouldContain(name);
        files.Exists("tokenizer/vocab.json").ShouldBeTrue();
        files.Exists("vocab.json").ShouldBeFalse();
        Encoding.UTF8.GetString(files.ReadAllBytes("tokenizer/vocab.json")).ShouldBe("[]");
        Should.Throw<FileNotFoundException>(() => files.OpenRead("vocab.json")).Message.ShouldContain("vocab.json");
    }

    [Fact]
    public async Task The_order_in_which_files_are_saved_does_not_change_the_name()
    {
        (await SaveAsync(("b", "2"), ("a", "1"))).ShouldBe(await SaveAsync(("a", "1"), ("b", "2")));
    }

    [Fact]
    public async Task The_manifest_is_canonical_JSON_that_anybody_can_recompute()
    {
        var name = await SaveAsync(("b", "abc"), ("a", ""));

        Encoding.UTF8.GetString(await _blobs.ReadAsync(name, Cancel)).ShouldBe(
            """{"files":[{"bytes":0,"path":"a","sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},"""
            + """{"bytes":3,"path":"b","sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}]}""");
    }

    [Fact]
    public async Task Import_and_export_keep_every_byte_and_the_name()
    {
        var source = Path.Combine(_folder, "source");
        Directory.CreateDirectory(Path.Combine(source, "deep", "er"));
        Directory.CreateDirectory(Path.Combine(source, ".git"));
        await File.WriteAllTextAsync(Path.Combine(source, "config.json"), "{}", Cancel);
        await File.WriteAllBytesAsync(Path.Combine(source, "deep", "er", "x.bin"), [0, 255, 13, 10], Cancel);
        await File.WriteAllTextAsync(Path.Combine(source, ".git", "HEAD"), "left out", Cancel);

        var name = await _checkpoints.ImportAsync(source, Cancel);
        var target = Path.Combine(_folder, "target");
        await _checkpoints.ExportAsync(name, target, Cancel);

        (await _checkpoints.ImportAsync(target, Cancel)).ShouldBe(name);
        (await File.ReadAllBytesAsync(Path.Combine(target, "deep", "er", "x.bin"), Cancel)).ShouldBe([0, 255, 13, 10]);
        (await _checkpoints.ManifestAsync(name, Cancel)).Files.Select(file => file.Path).ShouldBe(["config.json", "deep/er/x.bin"]);
    }

    [Fact]
    public async Task Export_never_writes_into_a_folder_with_other_files()
    {
        var name = await SaveAsync(("a", "1"));
        var target = Directory.CreateDirectory(Path.Combine(_folder, "full")).FullName;
        await File.WriteAllTextAsync(Path.Combine(target, "precious"), "", Cancel);

        await Should.ThrowAsync<IOException>(() => _checkpoints.ExportAsync(name, target, Cancel));
        Directory.EnumerateFileSystemEntries(target).Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("a//b")]
    [InlineData("./a")]
    [InlineData("")]
    [InlineData("C:/x")]
    [InlineData("a\\b")]
    [InlineData("a\nb")]
    public async Task A_path_that_could_lead_elsewhere_is_refused_when_saved_and_when_a_manifest_brings_it(string path)
    {
        (await Should.ThrowAsync<ArgumentException>(() => SaveAsync((path, "x")))).Message.ShouldContain("plain relative path");

        var content = await _blobs.PutAsync("x"u8.ToArray(), Cancel);
        var manifest = await _blobs.PutAsync(CanonicalJson.Serialize(new CheckpointManifest([new(path, content, 1)])), Cancel);
        await Should.ThrowAsync<InvalidDataException>(() => _checkpoints.OpenAsync(manifest, Cancel));
        await Should.ThrowAsync<InvalidDataException>(() => _checkpoints.ExportAsync(manifest, Path.Combine(_folder, "out"), Cancel));
    }

    [Fact]
    public async Task A_path_that_is_there_twice_is_refused_also_when_only_the_case_differs()
    {
        (await Should.ThrowAsync<ArgumentException>(() => SaveAsync(("a", "1"), ("A", "2")))).Message.ShouldContain("twice");
    }

    [Fact]
    public async Task A_blob_that_is_no_manifest_is_named()
    {
        var other = await _blobs.PutAsync("{\"pictures\":[]}"u8.ToArray(), Cancel);
        (await Should.ThrowAsync<InvalidDataException>(() => _checkpoints.OpenAsync(other, Cancel))).Message.ShouldContain(other);
    }

    Task<string> SaveAsync(params (string Path, string Text)[] files) =>
        _checkpoints.SaveAsync(files.Select(file => (file.Path, Writer(file.Text))), Cancel);

    static Action<Stream> Writer(string text) => stream => stream.Write(Encoding.UTF8.GetBytes(text));

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
