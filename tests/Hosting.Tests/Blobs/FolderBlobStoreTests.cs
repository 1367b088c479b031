using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Hosting.Tests.Blobs;

public sealed class FolderBlobStoreTests : IDisposable
{
    /// <summary>SHA-256 of "abc" (FIPS 180-2, B.1).</summary>
    const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    readonly string _folder = Directory.CreateTempSubdirectory("pipeline-blobs-").FullName;
    readonly FolderBlobStore _blobs;

    public FolderBlobStoreTests() => _blobs = new FolderBlobStore(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string AbcPath => Path.Combine(_folder, Abc[..2], Abc);

    [Fact]
    public async Task A_blob_is_named_by_the_hash_of_its_content_and_comes_back()
    {
        (await _blobs.PutAsync("abc"u8.ToArray(), Cancel)).ShouldBe(Abc);
        (await _blobs.ReadAsync(Abc, Cancel)).ShouldBe("abc"u8.ToArray());
        (await _blobs.ExistsAsync(Abc, Cancel)).ShouldBeTrue();
        File.Exists(AbcPath).ShouldBeTrue();
    }

    [Fact]
    public async Task A_writer_a_stream_and_bytes_make_the_same_blob()
    {
        (await _blobs.PutAsync(Write, Cancel)).ShouldBe(Abc);
        (await _blobs.PutAsync(new MemoryStream("abc"u8.ToArray()), Cancel)).ShouldBe(Abc);
        (await _blobs.ListAsync(Cancel).ToListAsync(Cancel)).ShouldBe([Abc]);

        static void Write(Stream stream)
        {
            stream.Write("a"u8);
            stream.WriteByte((byte)'b');
            stream.Write("xcx"u8.ToArray(), 1, 1);
        }
    }

    [Fact]
    public async Task The_same_content_again_does_not_touch_the_file()
    {
        await _blobs.PutAsync("abc"u8.ToArray(), Cancel);
        File.SetLastWriteTimeUtc(AbcPath, DateTime.UnixEpoch);

        await _blobs.PutAsync("abc"u8.ToArray(), Cancel);

        File.GetLastWriteTimeUtc(AbcPath).ShouldBe(DateTime.UnixEpoch);
    }

    [Fact]
    public async Task A_blob_that_was_changed_on_disk_is_not_handed_out_and_the_error_names_it()
    {
        await _blobs.PutAsync("abc"u8.ToArray(), Cancel);
        await File.WriteAllTextAsync(AbcPath, "abd", Cancel);

        var error = await Should.ThrowAsync<BlobIntegrityException>(() => _blobs.OpenReadAsync(Abc, Cancel));

        error.Sha256.ShouldBe(Abc);
        error.Message.ShouldContain(Abc);
        error.Actual.ShouldBe(Convert.ToHexStringLower(SHA256.HashData("abd"u8)));
    }

    [Fact]
    public async Task A_blob_that_is_not_there_is_named()
    {
        (await Should.ThrowAsync<BlobNotFoundException>(() => _blobs.OpenReadAsync(Abc, Cancel))).Message.ShouldContain(Abc);
        (await _blobs.ExistsAsync(Abc, Cancel)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    [InlineData("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0")]
    [InlineData("../../../../../../../../../../../../../../../../../../../etc/passwd")]
    [InlineData("ba/../ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f2")]
    public async Task Whatever_is_no_hash_is_refused_before_it_becomes_a_path(string name)
    {
        await Should.ThrowAsync<ArgumentException>(() => _blobs.OpenReadAsync(name, Cancel));
        await Should.ThrowAsync<ArgumentException>(() => _blobs.ExistsAsync(name, Cancel));
    }

    [Fact]
    public async Task A_writer_that_fails_half_way_leaves_nothing_behind()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => _blobs.PutAsync(
            stream =>
            {
                stream.Write("half"u8);
                throw new InvalidOperationException("the rest is missing");
            },
            Cancel));

        (await _blobs.ListAsync(Cancel).ToListAsync(Cancel)).ShouldBeEmpty();
        Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_blob_is_not_to_be_seen_before_it_is_whole()
    {
        using var half = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var putting = Task.Run(
            () => _blobs.PutAsync(
                stream =>
                {
                    stream.Write("ab"u8);
                    stream.Flush();
                    half.Set();
                    goOn.Wait(Cancel);
                    stream.Write("c"u8);
                },
                Cancel),
            Cancel);
        half.Wait(Cancel);

        (await _blobs.ListAsync(Cancel).ToListAsync(Cancel)).ShouldBeEmpty();
        goOn.Set();

        (await putting).ShouldBe(Abc);
        (await _blobs.ListAsync(Cancel).ToListAsync(Cancel)).ShouldBe([Abc]);
    }

    [Fact]
    public async Task Many_writers_of_the_same_and_of_different_contents_do_not_disturb_each_other()
    {
        var stores = Enumerable.Range(0, 4).Select(_ => new FolderBlobStore(_folder)).ToArray();
        var contents = Enumerable.Range(0, 10).Select(i => Encoding.UTF8.GetBytes(new string((char)('a' + i), 100_000))).ToArray();

        var names = await Task.WhenAll(
            from store in stores from content in contents select Task.Run(() => store.PutAsync(content, Cancel), Cancel));

        names.Distinct().Order().ShouldBe(contents.Select(content => Convert.ToHexStringLower(SHA256.HashData(content))).Order());
        foreach (var name in names.Distinct()) (await _blobs.ReadAsync(name, Cancel)).Length.ShouldBe(100_000);
        Directory.EnumerateFiles(Path.Combine(_folder, ".incoming")).ShouldBeEmpty();
    }

    [Fact]
    public void What_a_killed_process_left_half_written_is_cleared_away_after_a_day_and_not_before()
    {
        var old = Path.Combine(_folder, ".incoming", "old");
        var young = Path.Combine(_folder, ".incoming", "young");
        File.WriteAllText(old, "half");
        File.WriteAllText(young, "half");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-2));

        _ = new FolderBlobStore(_folder);

        File.Exists(old).ShouldBeFalse();
        File.Exists(young).ShouldBeTrue();
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
