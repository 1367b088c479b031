using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace Pipeline.Hosting;

/// <summary>The SDK's client, set up so that other servers than AWS understand it too.</summary>
static class S3Client
{
    public static IAmazonS3 Create(S3Options options)
    {
        var config = new AmazonS3Config
        {
            // By default the SDK adds checksums of its own to every request and asks for them, which servers that do not know them may
            // refuse. They are not needed: every blob is compared with its SHA-256.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (string.IsNullOrEmpty(options.Endpoint))
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }
        else
        {
            config.ServiceURL = options.Endpoint;
            config.AuthenticationRegion = options.Region;
            // A bucket is a folder: its name is no host that somebody would have to make known.
            config.ForcePathStyle = true;
        }
        return string.IsNullOrEmpty(options.AccessKey)
            ? new AmazonS3Client(config)
            : new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, options.SecretKey), config);
    }
}
