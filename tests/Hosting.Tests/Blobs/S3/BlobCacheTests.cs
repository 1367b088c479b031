using System.Security.Cryptography;
using Pipeline.Testing;

namespace Pipeline.Hosting.Tests.Blobs.S3;

public sealed class BlobCacheTests(TestS3 server) : IClassFixture<TestS3>
{
    const int Third = 350_000;

    readonly string _cache = server.NewCache();
    readonly string _prefix = $"cache/{Guid.NewGuid():N}";

    [Fact]
    public async Task When_the_cache_is_full_the_copy_that_was_not_used_for_longest_goes_and_is_fetched_again_when_it_is_wanted()
    {
        using var blobs = server.Open(_prefix, _cache, megabytes: 1);
        var first = await blobs.PutAsync(Content(1), Cancel);
        var second = await blobs.PutAsync(Content(2), Cancel);
        Used(first, hoursAgo: 2);
        Used(second, hoursAgo: 1);
        // Reading is using.
        await blobs.ReadAsync(first, Cancel);

        var third = await blobs.PutAsync(Content(3), Cancel);

        CacheFolder.Blobs(_cache).ShouldBe([first, third], ignoreOrder: true);
        (await blobs.ReadAsync(second, Cancel)).ShouldBe(Content(2));
        CacheFolder.Blobs(_cache).Count().ShouldBe(2);
    }

    [Fact]
    public async Task What_an_earlier_process_left_counts_too()
    {
        using (var before = server.Open(_prefix, _cache))
            for (var i = 1; i <= 5; i++) Used(await before.PutAsync(Content(i), Cancel), hoursAgo: i);
        using var blobs = server.Open(_prefix, _cache, megabytes: 1);

        await blobs.PutAsync("a little"u8.ToArray(), Cancel);

        CacheFolder.Blobs(_cache).ShouldBe([Name(Content(1)), Name(Content(2)), Name("a little"u8.ToArray())], ignoreOrder: true);
    }

    [Fact]
    public async Task A_blob_that_is_being_read_can_be_read_to_its_end_also_when_its_copy_has_gone()
    {
        using var blobs = server.Open(_prefix, _cache, megabytes: 1);
        await using var reading = await blobs.OpenReadAsync(await blobs.PutAsync(Content(1), Cancel), Cancel);

        for (var i = 2; i <= 5; i++) await blobs.PutAsync(Content(i), Cancel);

        CacheFolder.Blobs(_cache).ShouldNotContain(Name(Content(1)));
        (await SHA256.HashDataAsync(reading, Cancel)).ShouldBe(SHA256.HashData(Content(1)));
    }

    [Fact]
    public async Task A_blob_that_is_larger_than_the_cache_can_still_be_put_and_read()
    {
        var large = new byte[3 << 20];
        using var blobs = server.Open(_prefix, _cache, megabytes: 1);

        var name = await blobs.PutAsync(large, Cancel);

        (await blobs.ReadAsync(name, Cancel)).ShouldBe(large);
        CacheFolder.Blobs(_cache).ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_readers_and_writers_that_share_a_small_cache_never_miss_a_blob()
    {
        var names = new List<string>();
        using (var writer = server.Open(_prefix))
            for (var i = 0; i < 6; i++) names.Add(await writer.PutAsync(Content(i), Cancel));
        var stores = Enumerable.Range(0, 3).Select(_ => server.Open(_prefix, _cache, megabytes: 1)).ToArray();

        await Task.WhenAll(stores.Select((store, shift) => Task.Run(
            async () =>
            {
                for (var i = 0; i < 18; i++)
                    Name(await store.ReadAsync(names[(i + shift) % 6], Cancel)).ShouldBe(names[(i + shift) % 6]);
            },
            Cancel)));

        foreach (var store in stores) store.Dispose();
    }

    void Used(string sha256, int hoursAgo) =>
        File.SetLastWriteTimeUtc(CacheFolder.PathOf(_cache, sha256), DateTime.UtcNow.AddHours(-hoursAgo));

    static byte[] Content(int seed)
    {
        var content = new byte[Third];
        new Random(seed).NextBytes(content);
        return content;
    }

    static string Name(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
