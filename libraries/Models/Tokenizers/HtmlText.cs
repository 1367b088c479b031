using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Pipeline.Models.Tokenizers;

/// <summary>
/// HTML's character references, replaced as Python's <c>html.unescape</c> does, with which CLIP's training text was cleaned: names with or
/// without their semicolon, the longest known beginning of an unknown one, numbers in Windows' code page 1252. The runtime's own decoder
/// knows a tenth of the names and none of the rest.
/// </summary>
static partial class HtmlText
{
    /// <summary>What the numbers 0x80 to 0x9f stand for: the HTML standard, "Numeric character reference end state".</summary>
    const string Windows1252 =
        "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f" +
        "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

    static readonly Lazy<Dictionary<string, string>> Names = new(ReadNames);

    [GeneratedRegex(@"&(?:#(?<decimal>[0-9]+);?|#[xX](?<hexadecimal>[0-9a-fA-F]+);?|(?<name>[^\t\n\f <&#;]{1,32};?))",
        RegexOptions.CultureInvariant)]
    private static partial Regex Reference { get; }

    /// <summary><paramref name="text"/> with the characters that its references stand for.</summary>
    public static string Unescape(string text) => text.Contains('&') ? Reference.Replace(text, Character) : text;

    static string Character(Match reference)
    {
        if (reference.Groups["name"] is { Success: true } name)
            return Named(name.Value);
        var digits = reference.Groups["decimal"] is { Success: true } ten ? ten.Value : reference.Groups["hexadecimal"].Value;
        var style = reference.Groups["decimal"].Success ? NumberStyles.None : NumberStyles.AllowHexSpecifier;
        return Numbered(int.TryParse(digits, style, CultureInfo.InvariantCulture, out var number) && number >= 0 ? number : int.MaxValue);
    }

    static string Named(string name)
    {
        for (var length = name.Length; length > 1; length--)
            if (Names.Value.TryGetValue(name[..length], out var characters))
                return characters + name[length..];
        return "&" + name;
    }

    static string Numbered(int number) => number switch
    {
        0 or (>= 0xd800 and <= 0xdfff) or > 0x10ffff => "\ufffd",
        0x0d => "\r",
        >= 0x80 and <= 0x9f => Windows1252[number - 0x80].ToString(),
        (>= 1 and <= 8) or 0x0b or (>= 0x0e and <= 0x1f) or 0x7f or (>= 0xfdd0 and <= 0xfdef) => "",
        _ when (number & 0xfffe) == 0xfffe => "",
        _ => new Rune(number).ToString(),
    };

    static Dictionary<string, string> ReadNames()
    {
        using var reader = new StreamReader(typeof(HtmlText).Assembly.GetManifestResourceStream("HtmlEntities.txt")!);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            var fields = line.Split(' ');
            names.Add(fields[0], string.Concat(fields[1].Split('+').Select(digits =>
                new Rune(int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)))));
        }

        return names;
    }
}
