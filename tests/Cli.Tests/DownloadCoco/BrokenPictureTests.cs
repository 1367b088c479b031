using Pipeline.Cli.Terminal;

namespace Pipeline.Cli.Tests.DownloadCoco;

public sealed class BrokenPictureTests : CocoBench
{
    [Fact]
    public async Task What_is_gone_broken_or_there_already_is_replaced_by_the_next_and_named()
    {
        var order = Ids((await RunAsync(Request(7))).Pictures);
        Directory.Delete(Folder.Pictures(Split), recursive: true);
        Server.Files.TryRemove(PathOf(order[0]), out _);
        Server.Files[PathOf(order[2])] = "<html>Sorry</html>"u8.ToArray();
        Server.Files[PathOf(order[3])] = Server.Files[PathOf(order[1])];

        var selection = await RunAsync(Request(2, 2));

        Ids(selection.Pictures).ShouldBe([order[1], order[4]]);
        Ids(selection.HeldOut).ShouldBe([order[5], order[6]]);
        Replaced.Count.ShouldBe(3);
        Replaced[0].ShouldBe($"replaced by the next: {Server.Address.AbsoluteUri.TrimEnd('/')}{PathOf(order[0])}: the server answers 404");
        Replaced[1].ShouldStartWith($"replaced by the next: Picture '{NameOf(order[2])}': is not a PNG");
        Replaced[2].ShouldBe($"replaced by the next: {NameOf(order[3])} has the same content as {NameOf(order[1])}");
        File.Exists(Path.Combine(Folder.Pictures(Split), NameOf(order[2]))).ShouldBeFalse();
    }

    [Fact]
    public async Task What_was_replaced_once_stays_so_without_being_asked_for_until_the_list_is_deleted()
    {
        var order = Ids((await RunAsync(Request(3))).Pictures);
        Directory.Delete(Folder.Pictures(Split), recursive: true);
        Server.Files.TryRemove(PathOf(order[0]), out var content);
        var first = Ids((await RunAsync(Request(2))).Pictures);
        first.ShouldBe([order[1], order[2]]);
        Server.Files[PathOf(order[0])] = content!;
        Server.Requests.Clear();

        Ids((await RunAsync(Request(2, offline: true))).Pictures).ShouldBe(first);
        Ids((await RunAsync(Request(2))).Pictures).ShouldBe(first);
        Server.Requests.ShouldBeEmpty();

        File.Delete(Folder.Broken(Split));
        Ids((await RunAsync(Request(2))).Pictures).ShouldBe([order[0], order[1]]);
    }

    [Fact]
    public async Task A_server_without_the_pictures_is_an_error_and_nothing_is_remembered_of_it()
    {
        for (var id = 1; id <= Pictures; id++) Server.Files.TryRemove(PathOf(id), out _);

        (await Should.ThrowAsync<CliException>(() => RunAsync(Request(4)))).Message.ShouldContain("COCO_ENDPOINT");

        File.Exists(Folder.Broken(Split)).ShouldBeFalse();
    }

    [Fact]
    public async Task Fewer_usable_pictures_than_asked_for_are_an_error_that_says_how_many_there_are()
    {
        var order = Ids((await RunAsync(Request(10, licences: 4))).Pictures);
        Directory.Delete(Folder.Pictures(Split), recursive: true);
        Server.Files.TryRemove(PathOf(order[9]), out _);

        (await Should.ThrowAsync<CliException>(() => RunAsync(Request(10, licences: 4)))).Message
            .ShouldBe("only 9 of the 10 allowed pictures can be had, not 10");
    }
}
