using System.Text.RegularExpressions;
using static Pipeline.Hosting.PipelineOptionsValidator;

namespace Pipeline.Hosting;

/// <summary>The part of <see cref="PipelineOptionsValidator"/> that is about blobs in a bucket.</summary>
static partial class S3SettingsValidator
{
    const string Section = nameof(PipelineOptions.S3);

    /// <summary>Whether <paramref name="blobs"/> is a folder or a well-formed place in a bucket.</summary>
    public static bool IsPlace(string blobs) => !S3Location.IsMeant(blobs) || S3Location.TryParse(blobs) is not null;

    /// <summary>What <paramref name="blobs"/> could be.</summary>
    public static string Example(string blobs) => S3Location.IsMeant(blobs) ? "s3://bucket/prefix" : "/var/lib/pipeline/blobs";

    /// <summary>What is wrong or missing; nulls between. Nothing when blobs are in a folder: the rest is not looked at then.</summary>
    public static IEnumerable<string?> Problems(PipelineOptions options)
    {
        if (!S3Location.IsMeant(options.Blobs)) yield break;

        var s3 = options.S3;
        yield return Required(nameof(options.BlobCache), options.BlobCache, "/var/cache/pipeline/blobs", _ => true);
        yield return Optional($"{Section}:{nameof(s3.Endpoint)}", s3.Endpoint);
        yield return Required($"{Section}:{nameof(s3.Region)}", s3.Region, "us-east-1", Region().IsMatch);
        yield return Beside(nameof(s3.SecretKey), s3.SecretKey, nameof(s3.AccessKey), s3.AccessKey);
        yield return Beside(nameof(s3.AccessKey), s3.AccessKey, nameof(s3.SecretKey), s3.SecretKey);
        if (options.BlobCacheMegabytes is < 1 or > long.MaxValue >> 20)
            yield return $"{Key(nameof(options.BlobCacheMegabytes))} must be at least 1 and no more than a disk can hold.";
    }

    static string? Beside(string name, string? value, string other, string? otherValue) =>
        !string.IsNullOrEmpty(value) || string.IsNullOrEmpty(otherValue) ? null
        : $"{Key($"{Section}:{name}")} is missing beside {Key($"{Section}:{other}")}. "
            + $"Set {Variable($"{Section}:{name}")}, or leave out both.";

    [GeneratedRegex(@"^[a-z0-9-]+\z")]
    private static partial Regex Region();
}
