using System.Security.Cryptography;
using System.Text;
using Amazon.S3.Model;
using Pipeline.Testing;

namespace Pipeline.Hosting.Tests.Blobs.S3;

public sealed class S3BlobStoreTests : BlobStoreTests, IClassFixture<TestS3>, IDisposable
{
    readonly string _prefix = $"test/{Guid.NewGuid():N}";
    readonly List<S3BlobStore> _stores = [];
    readonly TestS3 _server;
    readonly string _cache;

    public S3BlobStoreTests(TestS3 server)
    {
        (_server, _cache) = (server, server.NewCache());
        Blobs = Open(_cache);
    }

    protected override IBlobStore Blobs { get; }

    string AbcKey => $"{_prefix}/{Abc[..2]}/{Abc}";

    public void Dispose() => _stores.ForEach(store => store.Dispose());

    [Fact]
    public async Task A_blob_is_an_object_whose_key_is_the_prefix_and_the_path_that_a_folder_has_and_its_content_nothing_else()
    {
        await Blobs.PutAsync("abc"u8.ToArray(), Cancel);

        using var stored = await _server.Client.GetObjectAsync(TestS3.Bucket, AbcKey, Cancel);
        using var text = new StreamReader(stored.ResponseStream);
        (await text.ReadToEndAsync(Cancel)).ShouldBe("abc");
        CacheFolder.Blobs(_cache).ShouldBe([Abc], "what was put is cached");
    }

    [Fact]
    public async Task Content_that_is_there_already_is_not_sent_again()
    {
        await Blobs.PutAsync("abc"u8.ToArray(), Cancel);
        await Blobs.PutAsync("abc"u8.ToArray(), Cancel);
        await OpenAgain().PutAsync("abc"u8.ToArray(), Cancel);

        (await _server.RequestsAsync("PUT", AbcKey)).ShouldBe(1);
    }

    [Fact]
    public async Task Old_content_that_is_put_again_is_young_without_being_sent()
    {
        await Blobs.PutAsync("abc"u8.ToArray(), Cancel);
        _server.Age();
        var aged = await OnlyAsync();
        aged.Put.ShouldBeLessThan(DateTimeOffset.UtcNow.AddDays(-1));

        await OpenAgain().PutAsync("abc"u8.ToArray(), Cancel);

        (await OnlyAsync()).Put.ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddHours(-1));
        (await Blobs.DeleteAsync(Abc, aged.Put.AddDays(1), Cancel)).ShouldBeFalse();
        (await OpenAgain().ReadAsync(Abc, Cancel)).ShouldBe("abc"u8.ToArray());

        async Task<BlobEntry> OnlyAsync() => (await Blobs.EntriesAsync(Cancel).ToListAsync(Cancel)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_blob_comes_over_the_network_once()
    {
        await Blobs.PutAsync("abc"u8.ToArray(), Cancel);
        var other = OpenAgain();

        for (var i = 0; i < 3; i++) await other.ReadAsync(Abc, Cancel);

        (await _server.RequestsAsync("GET", AbcKey)).ShouldBe(1);
    }

    [Fact]
    public async Task An_object_with_other_content_is_not_handed_out_and_does_not_come_into_the_cache()
    {
        await _server.Client.PutObjectAsync(
            new PutObjectRequest { BucketName = TestS3.Bucket, Key = AbcKey, ContentBody = "abd", UseChunkEncoding = false }, Cancel);

        var error = await Should.ThrowAsync<BlobIntegrityException>(() => Blobs.OpenReadAsync(Abc, Cancel));

        error.Sha256.ShouldBe(Abc);
        error.Actual.ShouldBe(Convert.ToHexStringLower(SHA256.HashData("abd"u8)));
        CacheFolder.Blobs(_cache).ShouldBeEmpty();
        Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_damaged_copy_in_the_cache_is_fetched_again()
    {
        await Blobs.PutAsync("abc"u8.ToArray(), Cancel);
        await File.WriteAllTextAsync(CacheFolder.PathOf(_cache, Abc), "abd", Cancel);

        (await Blobs.ReadAsync(Abc, Cancel)).ShouldBe("abc"u8.ToArray());
        (await File.ReadAllTextAsync(CacheFolder.PathOf(_cache, Abc), Cancel)).ShouldBe("abc");
    }

    [Fact]
    public async Task A_damaged_copy_in_the_cache_is_not_what_is_sent_when_the_same_content_is_put()
    {
        await Blobs.PutAsync("abc"u8.ToArray(), Cancel);
        await File.WriteAllTextAsync(CacheFolder.PathOf(_cache, Abc), "abd", Cancel);
        await _server.Client.DeleteObjectAsync(TestS3.Bucket, AbcKey, Cancel);

        await Blobs.PutAsync("abc"u8.ToArray(), Cancel);

        (await OpenAgain().ReadAsync(Abc, Cancel)).ShouldBe("abc"u8.ToArray());
    }

    [Fact]
    public async Task A_blob_that_only_the_cache_has_does_not_exist()
    {
        await Blobs.PutAsync("abc"u8.ToArray(), Cancel);
        await _server.Client.DeleteObjectAsync(TestS3.Bucket, AbcKey, Cancel);

        (await Blobs.ExistsAsync(Abc, Cancel)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_large_blob_is_sent_in_parts_and_comes_back_whole()
    {
        var content = new byte[12 << 20];
        new Random(7).NextBytes(content);

        var name = await Blobs.PutAsync(content, Cancel);

        (await OpenAgain().ReadAsync(name, Cancel)).ShouldBe(content);
        (await _server.RequestsAsync("PUT", $"{_prefix}/{name[..2]}/{name}?partNumber=")).ShouldBe(2);
    }

    [Fact]
    public async Task Blobs_are_listed_page_by_page_and_what_else_lies_in_the_bucket_is_none()
    {
        var names = new List<string>();
        for (var i = 0; i < 7; i++) names.Add(await Blobs.PutAsync(Encoding.UTF8.GetBytes($"{i}"), Cancel));
        foreach (var key in new[] { $"{_prefix}/readme", $"{_prefix}/00/{Abc}", $"{_prefix}0/{Abc[..2]}/{Abc}" })
            await _server.Client.PutObjectAsync(new() { BucketName = TestS3.Bucket, Key = key, ContentBody = "x", UseChunkEncoding = false }, Cancel);

        using var paged = _server.Open(_prefix, pageSize: 2);

        (await paged.ListAsync(Cancel).ToListAsync(Cancel)).Order().ShouldBe(names.Order());
    }

    protected override IBlobStore OpenAgain() => Open(_server.NewCache());

    protected override IEnumerable<string> Leftovers() => CacheFolder.Leftovers(_cache);

    S3BlobStore Open(string cache)
    {
        var store = _server.Open(_prefix, cache);
        _stores.Add(store);
        return store;
    }
}
