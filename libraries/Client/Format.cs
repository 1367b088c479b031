using System.Globalization;
using Pipeline.Contracts;

namespace Pipeline.Client;

/// <summary>How figures and names look, the same everywhere.</summary>
public static class Format
{
    /// <summary>The first characters of an id, enough to tell runs apart.</summary>
    public static string Short(Guid id) => id.ToString("N")[..8];

    /// <summary>A score: three decimals.</summary>
    public static string Score(double? value) => value is { } score ? score.ToString("0.000", CultureInfo.InvariantCulture) : "-";

    /// <summary>A difference of scores with its sign.</summary>
    public static string Change(double value) => value.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);

    /// <summary>A time such as <c>0:42</c> or <c>1:02:03</c>; whole seconds.</summary>
    public static string Duration(TimeSpan time) =>
        time.TotalHours < 1 ? $"{(int)time.TotalMinutes}:{time.Seconds:00}" : $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}";

    /// <summary>Milliseconds as seconds, two decimals.</summary>
    public static string Seconds(double milliseconds) => (milliseconds / 1000).ToString("0.00 s", CultureInfo.InvariantCulture);

    /// <summary>A number and its noun.</summary>
    public static string Count(int count, string one) => count == 1 ? $"1 {one}" : $"{count} {one}s";

    /// <summary>How captions were decoded.</summary>
    public static string Mode(DecodingMode mode) => mode switch
    {
        DecodingMode.Sample => "sampled",
        DecodingMode.Greedy => "greedy",
        _ => "beam",
    };
}
