using Pipeline.Cli.Terminal;

namespace Pipeline.Cli.DownloadCoco;

/// <summary>Where COCO is published.</summary>
/// <param name="Endpoint">The address that its folders lie under.</param>
sealed record CocoSite(Uri Endpoint)
{
    /// <summary>The archive of all annotations of 2017.</summary>
    public Uri Annotations => Address("annotations/annotations_trainval2017.zip");

    /// <summary>What <c>COCO_ENDPOINT</c> names, a mirror for example; else COCO's own server.</summary>
    /// <exception cref="CliException">It is no URL.</exception>
    public static CocoSite FromEnvironment()
    {
        var text = Environment.GetEnvironmentVariable("COCO_ENDPOINT") is { Length: > 0 } value ? value : "http://images.cocodataset.org";
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https")
            ? new CocoSite(url)
            : throw new CliException($"COCO_ENDPOINT: '{text}' is no http or https URL");
    }

    /// <summary>A picture.</summary>
    public Uri Picture(string split, string fileName) => Address($"{split}/{Uri.EscapeDataString(fileName)}");

    Uri Address(string path) => new($"{Endpoint.AbsoluteUri.TrimEnd('/')}/{path}");
}
