using System.Text;
using Pipeline.Contracts;

namespace Pipeline.Hosting.Tests.Blobs;

public sealed class PictureSetStoreTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("pipeline-pictures-").FullName;
    readonly FolderBlobStore _blobs;
    readonly PictureSetStore _sets;

    public PictureSetStoreTests()
    {
        _blobs = new FolderBlobStore(_folder);
        _sets = new PictureSetStore(_blobs);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_set_comes_back_as_it_was_and_equal_sets_have_one_name()
    {
        var picture = await _blobs.PutAsync("a picture"u8.ToArray(), Cancel);
        var set = new PictureSet(
            "tiny", [new(picture, "1.png", 64, 48, ["a red circle", "ein <Kreis>"], "CC0"), new(picture, "2.png", 1, 2, [])]);

        var name = await _sets.SaveAsync(set, Cancel);

        CanonicalJson.Serialize(await _sets.LoadAsync(name, Cancel)).ShouldBe(CanonicalJson.Serialize(set));
        (await _sets.SaveAsync(set with { }, Cancel)).ShouldBe(name);
        (await _sets.SaveAsync(set with { Name = "other" }, Cancel)).ShouldNotBe(name);
        Encoding.UTF8.GetString(await _blobs.ReadAsync(name, Cancel)).ShouldContain(
            """{"captions":["a red circle","ein <Kreis>"],"fileName":"1.png","height":48,"licence":"CC0",""");
    }

    [Fact]
    public async Task A_set_with_a_picture_that_is_not_in_the_store_is_refused()
    {
        var missing = new string('0', 64);
        var set = new PictureSet("x", [new(missing, "1.png", 1, 1, [])]);
        var error = await Should.ThrowAsync<BlobNotFoundException>(() => _sets.SaveAsync(set, Cancel));
        error.Sha256.ShouldBe(missing);
    }

    [Fact]
    public async Task A_blob_that_is_no_picture_set_is_named()
    {
        var other = await _blobs.PutAsync("{\"files\":[]}"u8.ToArray(), Cancel);
        (await Should.ThrowAsync<InvalidDataException>(() => _sets.LoadAsync(other, Cancel))).Message.ShouldContain(other);
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
