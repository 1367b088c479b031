using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace Pipeline.Hosting;

/// <summary>A bucket. What fails has been tried three times by the SDK and is told in one line.</summary>
/// <param name="client">The server.</param>
/// <param name="bucket">The bucket's name.</param>
/// <param name="pageSize">How many keys one request lists.</param>
sealed class S3Bucket(IAmazonS3 client, string bucket, int pageSize = 1000) : IDisposable
{
    /// <summary>
    /// Fails when the bucket cannot be listed. Reading needs that too: without the right to list, AWS answers 403 for what is not there.
    /// </summary>
    public Task CheckAsync(string prefix, CancellationToken cancellation) => DoAsync(
        "cannot be used",
        () => client.ListObjectsV2Async(new() { BucketName = bucket, Prefix = prefix, MaxKeys = 1 }, cancellation), cancellation);

    /// <summary>When the object was put; null when there is none.</summary>
    public async Task<DateTimeOffset?> PutTimeAsync(string key, CancellationToken cancellation) => await FoundAsync(
        $"cannot be asked for {key}",
        () => client.GetObjectMetadataAsync(new() { BucketName = bucket, Key = key }, cancellation), cancellation) is { } found
        ? Time(found.LastModified)
        : null;

    /// <summary>Makes the object as young as one that is put now, without sending its content.</summary>
    /// <returns>Whether that is possible: an object that is gone, or too large to be copied at once, must be put again.</returns>
    public async Task<bool> RenewAsync(string key, CancellationToken cancellation)
    {
        var request = new CopyObjectRequest
        {
            SourceBucket = bucket, SourceKey = key, DestinationBucket = bucket, DestinationKey = key, MetadataDirective = S3MetadataDirective.REPLACE,
        };
        try
        {
            await client.CopyObjectAsync(request, cancellation);
            return true;
        }
        catch (AmazonS3Exception)
        {
            return false;
        }
    }

    /// <summary>Deletes an object.</summary>
    public Task DeleteAsync(string key, CancellationToken cancellation) => DoAsync(
        $"does not delete {key}", () => client.DeleteObjectAsync(new() { BucketName = bucket, Key = key }, cancellation), cancellation);

    /// <summary>Stores a file as an object, which is there when all of it is.</summary>
    public Task UploadAsync(string key, string file, CancellationToken cancellation) => DoAsync(
        $"does not take {key}",
        async () =>
        {
            await S3Upload.SendAsync(client, bucket, key, file, cancellation);
            return true;
        },
        cancellation);

    /// <summary>Copies an object into <paramref name="target"/>.</summary>
    /// <returns>Whether there is such an object.</returns>
    public Task<bool> DownloadAsync(string key, Stream target, CancellationToken cancellation) => DoAsync(
        $"does not give {key}",
        async () =>
        {
            using var found = await FoundAsync(
                $"does not give {key}", () => client.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = key }, cancellation), cancellation);
            if (found is null) return false;
            await found.ResponseStream.CopyToAsync(target, cancellation);
            return true;
        },
        cancellation);

    /// <summary>The objects whose keys begin with <paramref name="prefix"/>.</summary>
    public async IAsyncEnumerable<(string Key, long Bytes, DateTimeOffset Put)> ObjectsAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = prefix, MaxKeys = pageSize };
        do
        {
            var page = await DoAsync("cannot be listed", () => client.ListObjectsV2Async(request, cancellation), cancellation);
            foreach (var found in page.S3Objects ?? []) yield return (found.Key, found.Size ?? 0, Time(found.LastModified));
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (request.ContinuationToken is not null);
    }

    public void Dispose() => client.Dispose();

    /// <summary>A server that tells no time has only young objects: nothing is cleared away there.</summary>
    static DateTimeOffset Time(DateTime? modified) => modified is { } time ? new DateTimeOffset(time.ToUniversalTime()) : DateTimeOffset.MaxValue;

    /// <summary>Null when the object is not there. A missing bucket is another matter, except to HEAD, whose answers say no more.</summary>
    Task<T?> FoundAsync<T>(string problem, Func<Task<T>> ask, CancellationToken cancellation)
        where T : class => DoAsync<T?>(
        problem,
        async () =>
        {
            try
            {
                return await ask();
            }
            catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound && error.ErrorCode != "NoSuchBucket")
            {
                return null;
            }
        },
        cancellation);

    async Task<T> DoAsync<T>(string problem, Func<Task<T>> request, CancellationToken cancellation)
    {
        try
        {
            return await request();
        }
        catch (Exception error) when (S3Failure.Is(error) && !cancellation.IsCancellationRequested)
        {
            throw new BlobStorageException($"Bucket '{bucket}' {problem}: {S3Failure.Reason(error)}", S3Failure.MayPass(error), error);
        }
    }
}
