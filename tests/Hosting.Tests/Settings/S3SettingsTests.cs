using Microsoft.Extensions.Configuration;

namespace Pipeline.Hosting.Tests.Settings;

public sealed class S3SettingsTests
{
    static PipelineOptions Good => new()
    {
        Postgres = "Host=db;Database=pipeline;Username=me;Password=hidden",
        RabbitMq = "amqp://me:hidden@broker:5672/",
        Blobs = "s3://bucket/a/prefix",
        BlobCache = "/cache",
        S3 = new() { Endpoint = "http://s3:9000", AccessKey = "hidden", SecretKey = "hidden" },
    };

    [Fact]
    public void Complete_settings_are_accepted_with_and_without_what_is_optional()
    {
        Problems(_ => { }).ShouldBeEmpty();
        Problems(options => (options.Blobs, options.S3) = ("s3://bucket", new())).ShouldBeEmpty();
    }

    [Fact]
    public void With_a_folder_nothing_of_a_bucket_is_asked_for() =>
        Problems(options => (options.Blobs, options.BlobCache, options.S3.AccessKey) = ("/blobs", null, null)).ShouldBeEmpty();

    [Theory]
    [InlineData("s3://")]
    [InlineData("s3:bucket")]
    [InlineData("S3://bucket")]
    [InlineData("s3://Hidden")]
    [InlineData("s3://bucket//hidden")]
    [InlineData("s3://bucket/../hidden")]
    [InlineData("s3://bucket/hidden?x")]
    [InlineData("s3://key:hidden@bucket/")]
    public void A_place_that_is_no_bucket_is_refused_and_not_taken_for_a_folder(string blobs) =>
        Problems(options => options.Blobs = blobs)
            .ShouldBe(["Pipeline:Blobs is not valid. Set Pipeline__Blobs, for example s3://bucket/prefix"]);

    [Fact]
    public void What_is_missing_or_wrong_is_named_with_its_variable_and_its_value_not_repeated()
    {
        Problems(options => options.BlobCache = " ")
            .ShouldBe(["Pipeline:BlobCache is missing. Set Pipeline__BlobCache, for example /var/cache/pipeline/blobs"]);
        Problems(options => options.S3.Endpoint = "s3:hidden").ShouldBe(
            ["Pipeline:S3:Endpoint is not an http or https address. Correct Pipeline__S3__Endpoint or leave it out."]);
        Problems(options => options.S3.Region = "hidden here")
            .ShouldBe(["Pipeline:S3:Region is not valid. Set Pipeline__S3__Region, for example us-east-1"]);
        Problems(options => options.S3.SecretKey = "").ShouldBe(
            ["Pipeline:S3:SecretKey is missing beside Pipeline:S3:AccessKey. Set Pipeline__S3__SecretKey, or leave out both."]);
        Problems(options => options.S3.AccessKey = null).ShouldBe(
            ["Pipeline:S3:AccessKey is missing beside Pipeline:S3:SecretKey. Set Pipeline__S3__AccessKey, or leave out both."]);
        Problems(options => options.BlobCacheMegabytes = 0)
            .ShouldBe(["Pipeline:BlobCacheMegabytes must be at least 1 and no more than a disk can hold."]);
    }

    [Theory]
    [InlineData("s3://bucket", "bucket", "")]
    [InlineData("s3://bucket/", "bucket", "")]
    [InlineData("s3://my.bucket-1/a/b/", "my.bucket-1", "a/b/")]
    public void A_place_is_a_bucket_and_what_keys_begin_with(string blobs, string bucket, string prefix) =>
        S3Location.TryParse(blobs).ShouldBe(new S3Location(bucket, prefix));

    [Fact]
    public void All_of_it_can_be_set_by_variables()
    {
        // A prefix of our own: other tests of this process read the environment too.
        var prefix = $"T{Guid.NewGuid():N}_";
        var variables = new Dictionary<string, string>
        {
            ["Blobs"] = "s3://bucket", ["BlobCache"] = "/cache", ["BlobCacheMegabytes"] = "7",
            ["S3__Endpoint"] = "http://s3", ["S3__Region"] = "eu-1", ["S3__AccessKey"] = "a", ["S3__SecretKey"] = "b",
        };
        foreach (var (name, value) in variables) Environment.SetEnvironmentVariable($"{prefix}Pipeline__{name}", value);

        var options = new ConfigurationBuilder().AddEnvironmentVariables(prefix).Build()
            .GetRequiredSection(PipelineOptions.Section).Get<PipelineOptions>()!;

        (options.Blobs, options.BlobCache, options.BlobCacheMegabytes).ShouldBe(("s3://bucket", "/cache", 7));
        (options.S3.Endpoint, options.S3.Region, options.S3.AccessKey, options.S3.SecretKey).ShouldBe(("http://s3", "eu-1", "a", "b"));
    }

    static string[] Problems(Action<PipelineOptions> change)
    {
        var options = Good;
        change(options);
        return [.. new PipelineOptionsValidator().Validate(null, options).Failures ?? []];
    }
}
