using System.Globalization;

namespace Pipeline.Contracts;

/// <summary>
/// Doubles as ECMAScript prints them (ECMA-262, Number::toString), which is what RFC 8785 prescribes: the fewest digits that read back the
/// same.
/// </summary>
static class EcmaScriptNumber
{
    public static string Format(double value)
    {
        if (value == 0) return "0";

        // .NET finds the same digits but lays them out differently: take them apart, such as 1.25E-07 into 125 and a point at -6.
        var parts = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture).Split('E');
        var exponent = parts.Length == 1 ? 0 : int.Parse(parts[1], CultureInfo.InvariantCulture);
        var whole = parts[0].Split('.')[0];
        var all = parts[0].Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        var point = whole.Length - (all.Length - digits.Length) + exponent;
        digits = digits.TrimEnd('0');
        return (value < 0 ? "-" : "") + Layout(digits, point);
    }

    /// <param name="digits">Significant digits, neither end zero.</param>
    /// <param name="point">How many of them stand before the decimal point; may be negative or beyond them.</param>
    static string Layout(string digits, int point) => point switch
    {
        > 21 or <= -6 => $"{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{(point > 0 ? "+" : "-")}{Math.Abs(point - 1)}",
        <= 0 => $"0.{new string('0', -point)}{digits}",
        _ when point >= digits.Length => digits + new string('0', point - digits.Length),
        _ => $"{digits[..point]}.{digits[point..]}",
    };
}
