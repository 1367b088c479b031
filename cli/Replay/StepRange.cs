using System.Globalization;
using Pipeline.Cli.Terminal;

namespace Pipeline.Cli.Replay;

/// <summary>Steps as people type them.</summary>
static class StepRange
{
    /// <summary>The first and the last step of <c>A..B</c>, <c>A..</c>, <c>..B</c> or <c>A</c>; all when nothing is said.</summary>
    /// <exception cref="CliException">It is none of these.</exception>
    public static (int First, int Last) Parse(string? text)
    {
        if (text is null) return (0, int.MaxValue);
        var parts = text.Split("..");
        int? first = Number(parts[0], 0), last = parts.Length == 1 ? first : Number(parts[1], int.MaxValue);
        return parts.Length <= 2 && text.Length > 0 && first <= last
            ? (first.Value, last.Value)
            : throw new CliException($"--steps {text}: steps are A..B, A.., ..B or one number, counted from 0");
    }

    static int? Number(string text, int otherwise) =>
        text == "" ? otherwise : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
