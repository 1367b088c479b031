using Pipeline.Cli.DownloadCoco;
using Pipeline.Cli.Terminal;
using Pipeline.Downloads;

namespace Pipeline.Cli.Tests.DownloadCoco;

public sealed class CocoDownloadTests : CocoBench
{
    [Fact]
    public async Task Only_the_pictures_that_are_taken_are_asked_for_and_held_out_ones_are_others()
    {
        var selection = await RunAsync(Request(8, 4));

        selection.Pictures.Count.ShouldBe(8);
        selection.HeldOut.Count.ShouldBe(4);
        var ids = Ids(selection.Pictures.Concat(selection.HeldOut));
        ids.ShouldBeUnique();
        Asked().ShouldBe(ids.Select(PathOf), ignoreOrder: true);
        foreach (var id in ids) InPlace(id).ShouldBe(Server.Files[PathOf(id)]);
        Directory.EnumerateFiles(Folder.Incomplete(Split)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_request_takes_the_same_pictures_and_downloads_nothing_again()
    {
        var first = await RunAsync(Request(8, 4));
        Server.Requests.Clear();

        var second = await RunAsync(Request(8, 4));

        Ids(second.Pictures).ShouldBe(Ids(first.Pictures));
        Ids(second.HeldOut).ShouldBe(Ids(first.HeldOut));
        Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cut_picture_goes_on_where_it_was_cut()
    {
        var id = Ids((await RunAsync(Request(3))).Pictures)[1];
        File.Delete(PlaceOf(id));
        Server.Requests.Clear();
        Server.Cut(PathOf(id), 30);

        await RunAsync(Request(3));

        Server.Requests.ShouldBe([(PathOf(id), null), (PathOf(id), $"bytes=30-{Server.Files[PathOf(id)].Length - 1}")]);
        InPlace(id).ShouldBe(Server.Files[PathOf(id)]);
    }

    [Fact]
    public async Task A_server_that_stays_away_is_given_up_and_the_next_run_goes_on()
    {
        var ids = Ids((await RunAsync(Request(6))).Pictures);
        Directory.Delete(Folder.Pictures(Split), recursive: true);
        Server.Requests.Clear();
        Retries = 1;
        for (var i = 0; i < 2; i++) Server.Refuse(PathOf(ids[5]), 503);

        (await Should.ThrowAsync<DownloadException>(() => RunAsync(Request(6)))).Message
            .ShouldContain("the server answers 503, 2 times in a row");
        Waits.Single().ShouldContain("the server answers 503; again in");
        var there = ids.Where(id => File.Exists(PlaceOf(id))).ToArray();
        there.ShouldNotBeEmpty();
        Server.Requests.Clear();

        Ids((await RunAsync(Request(6))).Pictures).ShouldBe(ids, "a server that is away replaces nothing");
        Asked().ShouldBe(ids.Except(there).Select(PathOf), ignoreOrder: true);
    }

    [Fact]
    public async Task A_run_that_is_stopped_leaves_only_whole_pictures_in_their_places()
    {
        using var stop = new CancellationTokenSource();
        var isStopped = false;
        var progress = new Listener(value =>
        {
            if (value.Unit == "pictures" && value.Done >= 2 && (isStopped = true)) stop.Cancel();
        });

        await Should.ThrowAsync<OperationCanceledException>(() => RunAsync(Request(30), progress, stop.Token));

        isStopped.ShouldBeTrue();
        foreach (var file in Directory.EnumerateFiles(Folder.Pictures(Split)))
            (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken))
                .ShouldBe(Server.Files[$"/{Split}/{Path.GetFileName(file)}"]);
        (await RunAsync(Request(30))).Pictures.Count.ShouldBe(30);
    }

    [Fact]
    public async Task A_damaged_picture_in_the_folder_is_fetched_again()
    {
        var id = Ids((await RunAsync(Request(3))).Pictures)[0];
        File.WriteAllBytes(PlaceOf(id), InPlace(id)[..40]);

        await RunAsync(Request(3));

        InPlace(id).ShouldBe(Server.Files[PathOf(id)]);
    }

    [Fact]
    public async Task Offline_uses_what_is_there_and_names_what_is_missing()
    {
        var captions = (await Should.ThrowAsync<CliException>(() => RunAsync(Request(4, offline: true)))).Message;
        captions.ShouldContain($"neither {Folder.Captions(Split)} nor {Folder.Zip} is there");

        var ids = Ids((await RunAsync(Request(4))).Pictures);
        Server.Requests.Clear();
        Ids((await RunAsync(Request(4, offline: true))).Pictures).ShouldBe(ids);
        File.Delete(PlaceOf(ids[1]));
        File.Delete(PlaceOf(ids[3]));
        (await Should.ThrowAsync<CliException>(() => RunAsync(Request(4, offline: true)))).Message.ShouldBe(
            $"--offline: 2 of 4 pictures are not in {Folder.Pictures(Split)}: {NameOf(ids[1])}, {NameOf(ids[3])}");
        Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_second_download_into_the_same_folder_is_refused()
    {
        using var other = FolderLock.Take(Folder.Lock, Folder.Root);
        (await Should.ThrowAsync<DownloadException>(() => RunAsync(Request(1)))).Message.ShouldContain("another download is at work there");
    }

    IEnumerable<string> Asked() => Server.Requests.Select(request => request.Path).Where(path => path != ZipPath);

    string PlaceOf(long id) => Path.Combine(Folder.Pictures(Split), NameOf(id));

    byte[] InPlace(long id) => File.ReadAllBytes(PlaceOf(id));

    sealed class Listener(Action<CocoProgress> report) : IProgress<CocoProgress>
    {
        public void Report(CocoProgress value) => report(value);
    }
}
