using System.Security.Cryptography;

namespace Pipeline.Hosting.Tests.Blobs;

public sealed class FolderBlobStoreTests : BlobStoreTests, IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("pipeline-blobs-").FullName;

    public FolderBlobStoreTests() => Blobs = new FolderBlobStore(_folder);

    protected override IBlobStore Blobs { get; }

    string AbcPath => Path.Combine(_folder, Abc[..2], Abc);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_blob_is_a_file_of_its_name_in_a_folder_of_its_first_two_digits()
    {
        await Blobs.PutAsync("abc"u8.ToArray(), Cancel);
        (await File.ReadAllTextAsync(AbcPath, Cancel)).ShouldBe("abc");
    }

    [Fact]
    public async Task The_same_content_again_leaves_the_file_and_makes_it_young()
    {
        await Blobs.PutAsync("abc"u8.ToArray(), Cancel);
        File.SetLastWriteTimeUtc(AbcPath, DateTime.UnixEpoch);
        await using var reading = File.OpenRead(AbcPath);

        await Blobs.PutAsync("abc"u8.ToArray(), Cancel);

        File.GetLastWriteTimeUtc(AbcPath).ShouldBeGreaterThan(DateTime.UnixEpoch);
        File.GetLastWriteTimeUtc(reading.SafeFileHandle).ShouldBe(File.GetLastWriteTimeUtc(AbcPath), "it is the same file");
    }

    /// <summary>The same is put again and again while somebody clears it away: whoever was told that it is stored finds it.</summary>
    [Fact]
    public async Task What_is_put_while_it_is_cleared_away_is_not_lost()
    {
        var lost = 0;
        for (var round = 0; round < 200; round++)
        {
            await Blobs.PutAsync("abc"u8.ToArray(), Cancel);
            File.SetLastWriteTimeUtc(AbcPath, DateTime.UnixEpoch);
            var deleting = Task.Run(() => OpenAgain().DeleteAsync(Abc, DateTimeOffset.UnixEpoch.AddDays(1), Cancel), Cancel);
            await Blobs.PutAsync("abc"u8.ToArray(), Cancel);
            await deleting;
            if (!await Blobs.ExistsAsync(Abc, Cancel)) lost++;
        }
        lost.ShouldBe(0);
    }

    [Fact]
    public async Task A_blob_that_is_being_read_when_it_is_deleted_is_read_to_its_end()
    {
        await Blobs.PutAsync("abc"u8.ToArray(), Cancel);
        await using var reading = await Blobs.OpenReadAsync(Abc, Cancel);

        (await Blobs.DeleteAsync(Abc, DateTimeOffset.UtcNow.AddDays(1), Cancel)).ShouldBeTrue();

        (await new StreamReader(reading).ReadToEndAsync(Cancel)).ShouldBe("abc");
    }

    [Fact]
    public async Task A_blob_that_was_changed_on_disk_is_not_handed_out_and_the_error_names_it()
    {
        await Blobs.PutAsync("abc"u8.ToArray(), Cancel);
        await File.WriteAllTextAsync(AbcPath, "abd", Cancel);

        var error = await Should.ThrowAsync<BlobIntegrityException>(() => Blobs.OpenReadAsync(Abc, Cancel));

        error.Sha256.ShouldBe(Abc);
        error.Message.ShouldContain(Abc);
        error.Actual.ShouldBe(Convert.ToHexStringLower(SHA256.HashData("abd"u8)));
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

    protected override IBlobStore OpenAgain() => new FolderBlobStore(_folder);

    protected override IEnumerable<string> Leftovers() => CacheFolder.Leftovers(_folder);
}
