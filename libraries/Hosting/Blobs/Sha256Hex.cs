using System.Buffers;

namespace Pipeline.Hosting;

/// <summary>SHA-256 as text: 64 lower-case hex digits. Whatever else asks for a blob is refused before it can become a path.</summary>
public static class Sha256Hex
{
    static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Whether <paramref name="text"/> has that form.</summary>
    public static bool IsValid(string? text) => text is { Length: 64 } && !text.AsSpan().ContainsAnyExcept(Digits);

    /// <summary>Returns <paramref name="text"/> when it has that form.</summary>
    /// <exception cref="ArgumentException">It has not.</exception>
    public static string Require(string text) =>
        IsValid(text) ? text : throw new ArgumentException($"'{text}' is no SHA-256: 64 lower-case hex digits are expected.", nameof(text));
}
