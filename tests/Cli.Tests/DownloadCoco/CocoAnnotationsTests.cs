using System.Buffers.Binary;
using Pipeline.Cli.Terminal;
using Pipeline.Downloads;

namespace Pipeline.Cli.Tests.DownloadCoco;

public sealed class CocoAnnotationsTests : CocoBench
{
    [Fact]
    public async Task Only_the_captions_of_the_archive_are_fetched()
    {
        await RunAsync(Request(1));

        (await CaptionsAsync()).ShouldBe(Captions());
        Server.Served.ShouldBeLessThan(Server.Files[ZipPath].Length / 4);
        Server.Requests.Where(request => request.Path == ZipPath).ShouldAllBe(request => request.Range != null);
        File.Exists(Folder.Zip).ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_without_ranges_gives_the_whole_archive_which_is_kept()
    {
        Server.IgnoresRanges = true;
        await RunAsync(Request(1));
        (await CaptionsAsync()).ShouldBe(Captions());
        File.Delete(Folder.Captions(Split));
        Server.Requests.Clear();

        await RunAsync(Request(1, offline: true));

        (await CaptionsAsync()).ShouldBe(Captions());
        Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Cut_connections_go_on_within_what_was_cut()
    {
        Server.Cut(ZipPath, 1000);
        Server.Cut(ZipPath, 2000);

        await RunAsync(Request(1));

        (await CaptionsAsync()).ShouldBe(Captions());
        Waits.Count(line => line.Contains(ZipPath) && line.Contains("the connection was cut")).ShouldBe(2);
        var starts = Server.Requests.Where(request => request.Path == ZipPath)
            .Select(request => int.Parse(request.Range!.Split('=', '-')[1])).ToArray();
        starts[2].ShouldBe(starts[1] + 1000);
        starts[3].ShouldBe(starts[2] + 2000);
    }

    [Fact]
    public async Task Captions_that_are_not_what_the_archive_says_are_refused()
    {
        var zip = Server.Files[ZipPath];
        // Only the directory's checksum is changed: the compressed bytes themselves are as they were.
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(Directory(zip) + 16), 0x12345678);

        (await Should.ThrowAsync<CliException>(() => RunAsync(Request(1)))).Message.ShouldContain("instead of");

        File.Exists(Folder.Captions(Split)).ShouldBeFalse();
    }

    [Fact]
    public async Task An_archive_that_is_none_and_one_without_the_captions_are_errors_that_name_it()
    {
        Server.Files[ZipPath] = new byte[100_000];
        (await Should.ThrowAsync<CliException>(() => RunAsync(Request(1)))).Message.ShouldContain($"{ZipPath} is damaged");
        Server.Files.TryRemove(ZipPath, out _);
        (await Should.ThrowAsync<DownloadException>(() => RunAsync(Request(1)))).Message
            .ShouldEndWith($"{ZipPath}: the server answers 404");
    }

    // Where the captions' record begins in the archive's directory: the second time that their name is there.
    static int Directory(byte[] zip) =>
        zip.AsSpan().LastIndexOf(System.Text.Encoding.ASCII.GetBytes($"annotations/captions_{Split}.json")) - 46;

    Task<byte[]> CaptionsAsync() => File.ReadAllBytesAsync(Folder.Captions(Split), TestContext.Current.CancellationToken);
}
