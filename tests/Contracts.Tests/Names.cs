using System.Text.RegularExpressions;

namespace Pipeline.Contracts.Tests;

/// <summary>Names of records in files.</summary>
static partial class Names
{
    /// <summary>CaptionSampled: caption-sampled.</summary>
    public static string Kebab(Type record) => WordStart().Replace(record.Name, "-$1").ToLowerInvariant();

    [GeneratedRegex("(?<!^)([A-Z])")]
    private static partial Regex WordStart();
}
