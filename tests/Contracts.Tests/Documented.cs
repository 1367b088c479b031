using System.Text.RegularExpressions;

namespace Pipeline.Contracts.Tests;

/// <summary>The records that contracts/examples and contracts/schemas have a file for.</summary>
static partial class Documented
{
    /// <summary>
    /// Messages and events are the records that belong to a run or a replay and are no settings; besides them people see manifests of picture
    /// sets and their names.
    /// </summary>
    public static readonly Type[] Records =
    [
        .. typeof(Ids).Assembly.GetExportedTypes()
            .Where(type => (type.GetProperty("RunId") ?? type.GetProperty("ReplayId")) is not null && type != typeof(BranchSettings))
            .Append(typeof(PictureSet)).Append(typeof(PictureSetNamed)).OrderBy(FileName, StringComparer.Ordinal),
    ];

    /// <summary>CaptionSampled: caption-sampled.v1. A record whose name ends in V2 is version 2, as its exchange is: caption-sampled.v2.</summary>
    public static string FileName(Type record)
    {
        var parts = Versioned.Match(record.Name);
        var version = parts.Groups["version"] is { Success: true } number ? number.Value : "1";
        return $"{WordStart.Replace(parts.Groups["name"].Value, "-$1").ToLowerInvariant()}.v{version}";
    }

    [GeneratedRegex(@"^(?<name>.+?)(V(?<version>\d+))?$")]
    private static partial Regex Versioned { get; }

    [GeneratedRegex("(?<!^)([A-Z])")]
    private static partial Regex WordStart { get; }
}
