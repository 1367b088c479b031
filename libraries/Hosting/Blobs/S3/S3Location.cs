using System.Text.RegularExpressions;

namespace Pipeline.Hosting;

/// <summary>A place for blobs in a bucket.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Prefix">What every key begins with: empty, or ending in '/'.</param>
public sealed partial record S3Location(string Bucket, string Prefix)
{
    /// <summary>Whether <paramref name="blobs"/> means a bucket and no folder, whatever else is wrong with it.</summary>
    public static bool IsMeant(string blobs) => blobs.StartsWith("s3:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads <c>s3://BUCKET[/PREFIX]</c>; null when it is something else.</summary>
    public static S3Location? TryParse(string blobs)
    {
        if (Form().Match(blobs) is not { Success: true } match) return null;
        var prefix = match.Groups["prefix"].Value;
        // Servers that keep objects as files would leave the bucket, or refuse.
        if (prefix.Split('/').Any(part => part is "." or "..")) return null;

        return new(match.Groups["bucket"].Value, prefix.Length == 0 ? "" : $"{prefix}/");
    }

    /// <summary>The key of a blob: as in a folder, by its first two digits.</summary>
    public string KeyOf(string sha256) => $"{Prefix}{Sha256Hex.Require(sha256)[..2]}/{sha256}";

    /// <summary>The blob that lies under <paramref name="key"/>; null for what else somebody keeps there.</summary>
    public string? BlobOf(string key) =>
        key.Split('/')[^1] is var name && Sha256Hex.IsValid(name) && key == KeyOf(name) ? name : null;

    /// <summary>Names of buckets as AWS defines them; in prefixes only characters that no server or proxy treats specially.</summary>
    [GeneratedRegex(@"^s3://(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(/(?<prefix>[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*)?/?)?\z")]
    private static partial Regex Form();
}
