using System.Net;
using Pipeline.Testing;

namespace Pipeline.Hosting.Tests.Blobs.S3;

public sealed class BlobStartupTests(TestStack stack) : IClassFixture<TestStack>
{
    [Fact]
    public async Task A_service_starts_with_its_blobs_in_a_bucket()
    {
        await using var server = new TestS3();
        await server.InitializeAsync();

        await using var host = await StartAsync(server.Settings("a/b"), new CapturedLog());

        var name = await host.Get<IBlobStore>().PutAsync("abc"u8.ToArray(), Cancel);
        (await server.Client.ListObjectsV2Async(new() { BucketName = TestS3.Bucket }, Cancel)).S3Objects
            .ShouldHaveSingleItem().Key.ShouldBe($"a/b/{name[..2]}/{name}");
    }

    [Fact]
    public async Task A_service_waits_for_a_server_that_is_not_there_yet()
    {
        await using var server = new TestS3();
        var log = new CapturedLog();
        var starting = StartAsync(server.Settings(), log);
        await Eventually.HoldsAsync("the service says what it waits for", () => log.Texts.Any(text => text.Contains("blob store") && text.Contains("is not there yet")));
        starting.IsCompleted.ShouldBeFalse();

        await server.InitializeAsync();

        await using var host = await starting.WaitAsync(Eventually.Limit, Cancel);
        (await host.Http.GetAsync("/health/ready", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("s3://no-such-bucket", "S3RVER", "no-such-bucket", "NoSuchBucket")]
    [InlineData("s3://blobs", "stranger", "blobs", "InvalidAccessKeyId")]
    public async Task A_bucket_that_is_not_there_or_not_open_to_us_ends_the_service_at_once_with_one_line(
        string place, string accessKey, string bucket, string reason)
    {
        await using var server = new TestS3();
        await server.InitializeAsync();
        var settings = server.Settings(place);
        settings["Pipeline:S3:AccessKey"] = accessKey;

        var start = StartAsync(settings, new CapturedLog());
        var error = await Should.ThrowAsync<BlobStorageException>(() => start.WaitAsync(Eventually.Limit, Cancel));

        error.Message.ShouldStartWith($"Bucket '{bucket}' cannot be used: ");
        error.Message.ShouldContain(reason);
        error.Message.ShouldNotContain("\n");
    }

    [Fact]
    public async Task A_server_that_went_away_is_an_error_that_names_the_bucket_and_what_was_wanted_and_may_pass()
    {
        await using var server = new TestS3();
        await server.InitializeAsync();
        using var blobs = server.Open("x");
        await server.StopAsync();

        var error = await Should.ThrowAsync<BlobStorageException>(() => blobs.PutAsync("abc"u8.ToArray(), Cancel));
        error.Message.ShouldStartWith($"Bucket '{TestS3.Bucket}' cannot be asked for x/ba/ba7816");
        error.MayPass.ShouldBeTrue();

        await server.InitializeAsync();
        await blobs.PutAsync("abc"u8.ToArray(), Cancel);
    }

    Task<PipelineHost> StartAsync(Dictionary<string, string?> settings, CapturedLog log) => PipelineHost.StartAsync(
        stack,
        builder =>
        {
            builder.AddPipelineDefaults("blobs");
            log.AddTo(builder);
        },
        settings);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
