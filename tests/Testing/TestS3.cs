using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Hosting;
using Xunit;

namespace Pipeline.Testing;

/// <summary>A test class's own S3 server with one bucket: <c>IClassFixture&lt;TestS3&gt;</c>. All of it is deleted afterwards.</summary>
public sealed class TestS3 : IAsyncLifetime
{
    /// <summary>The bucket, which is empty at first.</summary>
    public const string Bucket = "blobs";

    /// <summary>The only key that the server knows, and its secret.</summary>
    const string Key = "S3RVER";

    readonly string _folder = Directory.CreateTempSubdirectory("pipeline-s3-").FullName;
    readonly S3Process _server;

    /// <summary>A server that is not started yet.</summary>
    public TestS3()
    {
        _server = new S3Process(Path.Combine(_folder, "server"), Bucket);
        var config = new AmazonS3Config { ServiceURL = _server.Address, ForcePathStyle = true };
        Client = new AmazonS3Client(new BasicAWSCredentials(Key, Key), config);
    }

    /// <summary>Sees objects as they are.</summary>
    public IAmazonS3 Client { get; }

    /// <summary>How many of the requests so far were one of <paramref name="method"/> for an object whose key begins so.</summary>
    public async Task<int> RequestsAsync(string method, string key)
    {
        // The server logs in order: when it has logged this one, it has logged those before.
        var last = Guid.NewGuid().ToString("N");
        await Client.ListObjectsV2Async(new() { BucketName = Bucket, Prefix = last });
        await Eventually.HoldsAsync("the last request is logged", () => _server.Output.Contains(last, StringComparison.Ordinal));
        return _server.Output.Split('\n').Count(line => line.Contains($": {method} /{Bucket}/{key}", StringComparison.Ordinal));
    }

    /// <summary>Lets every object be one that was put two days ago.</summary>
    public void Age()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_folder, "server"), "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-2));
    }

    /// <summary>A folder that does not exist yet, for a cache.</summary>
    public string NewCache() => Path.Combine(_folder, Path.GetRandomFileName());

    /// <summary>What a service needs to know to keep its blobs there, with a cache of its own, as configuration.</summary>
    /// <param name="place">A prefix in the bucket, or another bucket (<c>s3://…</c>).</param>
    public Dictionary<string, string?> Settings(string place = "") => new()
    {
        ["Pipeline:Blobs"] = place.StartsWith("s3:", StringComparison.Ordinal) ? place : $"s3://{Bucket}/{place}",
        ["Pipeline:S3:Endpoint"] = _server.Address,
        ["Pipeline:S3:AccessKey"] = Key,
        ["Pipeline:S3:SecretKey"] = Key,
        ["Pipeline:BlobCache"] = NewCache(),
    };

    /// <summary>Opens a store there.</summary>
    /// <param name="prefix">A prefix in the bucket.</param>
    /// <param name="cache">The cache's folder; a new one when there is none.</param>
    /// <param name="megabytes">The cache's size.</param>
    /// <param name="pageSize">How many blobs one request lists.</param>
    public S3BlobStore Open(string prefix, string? cache = null, long megabytes = 100, int pageSize = 1000) => new(
        new PipelineOptions
        {
            Blobs = $"s3://{Bucket}/{prefix}", S3 = new() { Endpoint = _server.Address, AccessKey = Key, SecretKey = Key },
            BlobCache = cache ?? NewCache(), BlobCacheMegabytes = megabytes,
        },
        NullLogger<S3BlobStore>.Instance, pageSize);

    /// <summary>Starts the server.</summary>
    public async ValueTask InitializeAsync() => await _server.StartAsync();

    /// <summary>Stops the server; <see cref="InitializeAsync"/> starts it again where it was.</summary>
    public Task StopAsync() => _server.DisposeAsync().AsTask();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
