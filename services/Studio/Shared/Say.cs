using System.Globalization;

namespace Pipeline.Studio.Shared;

/// <summary>Figures as pages say them: with their units, and no more digits than mean something.</summary>
static class Say
{
    /// <summary>How long ago a moment was, in whole units; <c>js/times.js</c> says it anew as time goes by.</summary>
    public static string Ago(DateTimeOffset at, DateTimeOffset now) => (now - at).TotalSeconds switch
    {
        < 0 => "now",
        < 60 and var seconds => $"{Math.Floor(seconds):0} s ago",
        < 3600 and var seconds => $"{Math.Floor(seconds / 60):0} min ago",
        < 86400 and var seconds => $"{Math.Floor(seconds / 3600):0} h ago",
        var seconds => $"{Math.Floor(seconds / 86400):0} d ago",
    };

    /// <summary>How long something took.</summary>
    public static string Time(double milliseconds) => milliseconds switch
    {
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} ms"),
        < 60_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.0} s"),
        < 3_600_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 60_000:0.0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 3_600_000:0.0} h"),
    };

    /// <summary>An amount of bytes, in powers of 1000 as disks are sold.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1000 => $"{bytes} B",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
    };

    /// <summary>A whole number with its thousands apart.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number as CSV and JSON have it.</summary>
    public static string Exact(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
