using Amazon.S3;
using Amazon.S3.Model;

namespace Pipeline.Hosting;

/// <summary>
/// Sends a file. The SDK's TransferUtility would sign the content in chunks, with signatures between them, which servers that do not know
/// that store as content; it cannot be told not to. Here the whole is signed by its hash, which every server knows.
/// </summary>
static class S3Upload
{
    /// <summary>Files above are sent in parts of this size: what fails is sent again part by part.</summary>
    const long PartSize = 8 << 20;

    /// <summary>More than this no server takes.</summary>
    const long MostParts = 10_000;
    const int PartsAtOnce = 4;

    /// <summary>Stores <paramref name="file"/>; the object is there when all of it is.</summary>
    public static async Task SendAsync(IAmazonS3 client, string bucket, string key, string file, CancellationToken cancellation)
    {
        var length = new FileInfo(file).Length;
        if (length > PartSize)
        {
            await SendPartsAsync(client, bucket, key, file, length, cancellation);
            return;
        }
        await client.PutObjectAsync(new() { BucketName = bucket, Key = key, FilePath = file, UseChunkEncoding = false }, cancellation);
    }

    static async Task SendPartsAsync(
        IAmazonS3 client, string bucket, string key, string file, long length, CancellationToken cancellation)
    {
        var upload = (await client.InitiateMultipartUploadAsync(new() { BucketName = bucket, Key = key }, cancellation)).UploadId;
        try
        {
            var size = Math.Max(PartSize, (length + MostParts - 1) / MostParts);
            var parts = new PartETag[(length + size - 1) / size];
            await Parallel.ForAsync(
                0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = PartsAtOnce, CancellationToken = cancellation },
                async (part, token) =>
                {
                    var request = new UploadPartRequest
                    {
                        BucketName = bucket, Key = key, UploadId = upload, PartNumber = part + 1, UseChunkEncoding = false,
                        FilePath = file, FilePosition = part * size, PartSize = Math.Min(size, length - part * size),
                    };
                    parts[part] = new(part + 1, (await client.UploadPartAsync(request, token)).ETag);
                });
            await client.CompleteMultipartUploadAsync(
                new() { BucketName = bucket, Key = key, UploadId = upload, PartETags = [.. parts] }, cancellation);
        }
        catch
        {
            await AbandonAsync(client, bucket, key, upload);
            throw;
        }
    }

    /// <summary>Also when we are cancelled: parts that nobody asks for cost their owner money.</summary>
    static async Task AbandonAsync(IAmazonS3 client, string bucket, string key, string upload)
    {
        try
        {
            await client.AbortMultipartUploadAsync(new() { BucketName = bucket, Key = key, UploadId = upload }, CancellationToken.None);
        }
        catch (Exception error) when (S3Failure.Is(error))
        {
            // What went wrong before is the error to tell.
        }
    }
}
