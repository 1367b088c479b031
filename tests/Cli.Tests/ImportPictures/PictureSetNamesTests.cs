using Pipeline.Cli.ImportPictures;
using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Cli.Tests.ImportPictures;

public sealed class PictureSetNamesTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    static readonly string A = new('a', 64);
    static readonly string B = new('b', 64);

    readonly PictureSetNames _names = new(store.Events);

    [Fact]
    public async Task A_set_is_found_by_its_name_its_id_and_the_beginning_of_its_id()
    {
        var blobs = store.Connection.Blobs;
        var id = await blobs.PutAsync("a set"u8.ToArray(), Cancel);
        await _names.RememberAsync("train", id, Cancel);

        foreach (var name in new[] { "train", id, id[..8] })
            (await _names.FindAsync(name, blobs, Cancel)).ShouldBe(id);
        var error = await Should.ThrowAsync<RequestException>(() => _names.FindAsync("trian", blobs, Cancel));
        error.Message.ShouldContain("'trian'");
        error.Message.ShouldContain("imported are: ");
        error.Message.ShouldContain("train");
    }

    [Fact]
    public async Task The_newest_meaning_of_a_name_counts_also_when_it_is_an_old_one_again()
    {
        foreach (var set in new[] { A, B, A }) await _names.RememberAsync("often", set, Cancel);

        (await _names.AllAsync(Cancel))["often"].ShouldBe(A);
        (await SaidAsync("often")).ShouldBe([A, B, A]);
    }

    [Fact]
    public async Task To_name_the_same_set_again_or_twice_at_once_is_no_news()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _names.RememberAsync("same", A, Cancel)));
        await _names.RememberAsync("same", A, Cancel);

        (await SaidAsync("same")).ShouldBe([A]);
    }

    [Fact]
    public async Task One_set_can_have_several_names_and_they_are_listed_in_order()
    {
        await _names.RememberAsync("order 2", A, Cancel);
        await _names.RememberAsync("order 1", A, Cancel);

        (await _names.AllAsync(Cancel)).Where(pair => pair.Key.StartsWith("order", StringComparison.Ordinal))
            .ShouldBe([new("order 1", A), new("order 2", A)]);
    }

    [Fact]
    public async Task Pictures_that_are_imported_are_known_to_other_commands_by_the_name_of_their_folder()
    {
        using var folder = new TemporaryFolder();
        folder.Picture("cats/1.png", 10);
        var report = await new PictureArgument(store.Connection).ImportAsync(folder["cats"], null, null, Cancel);

        (await new PictureArgument(store.Connection).ResolveAsync("cats", Cancel)).ShouldBe(report.SetId);
    }

    async Task<IEnumerable<string>> SaidAsync(string name) =>
        (await store.Events.LoadAsync<PictureSetNamed>([Streams.PictureSets], Cancel)).Where(named => named.Name == name).Select(named => named.SetId);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
