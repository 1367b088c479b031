namespace Pipeline.Hosting;

/// <summary>
/// Where and as whom blobs of <c>s3://</c> are kept: configuration section <c>Pipeline:S3</c>, environment <c>Pipeline__S3__NAME</c>.
/// </summary>
public sealed class S3Options
{
    /// <summary>HTTP address of a server other than AWS, whose buckets are then folders of that address; optional.</summary>
    public string? Endpoint { get; set; }

    /// <summary>The bucket's region. Requests are signed for it, so most other servers want it too, and most take this one.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>Access key; with <see cref="SecretKey"/> or not at all. Without them AWS's usual places are searched.</summary>
    public string? AccessKey { get; set; }

    /// <summary>Secret key.</summary>
    public string? SecretKey { get; set; }
}
