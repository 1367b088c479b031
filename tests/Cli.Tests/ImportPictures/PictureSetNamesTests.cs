using Pipeline.Cli.ImportPictures;
using Pipeline.Cli.Terminal;
using Pipeline.Hosting;

namespace Pipeline.Cli.Tests.ImportPictures;

public sealed class PictureSetNamesTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_set_is_found_by_its_name_its_id_and_the_beginning_of_its_id()
    {
        var blobs = new FolderBlobStore(_folder.Path);
        var id = await blobs.PutAsync("a set"u8.ToArray(), TestContext.Current.CancellationToken);
        var names = new PictureSetNames(_folder.Path);
        names.Remember("train", id);

        foreach (var name in new[] { "train", id, id[..8] })
            (await names.FindAsync(name, blobs, TestContext.Current.CancellationToken)).ShouldBe(id);
        var error = await Should.ThrowAsync<CliException>(() => names.FindAsync("trian", blobs, TestContext.Current.CancellationToken));
        error.Message.ShouldContain("'trian'");
        error.Message.ShouldContain("imported are: train");
    }

    [Fact]
    public async Task The_index_is_no_blob()
    {
        var blobs = new FolderBlobStore(_folder.Path);
        new PictureSetNames(_folder.Path).Remember("train", new string('a', 64));
        (await blobs.ListAsync(TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken)).ShouldBe(0);
    }
}
