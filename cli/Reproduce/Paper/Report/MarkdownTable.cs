using System.Text;

namespace Pipeline.Cli.Reproduce.Paper.Report;

/// <summary>A table in Markdown.</summary>
sealed class MarkdownTable
{
    readonly StringBuilder _text;

    MarkdownTable(string[] titles, string alignment) =>
        _text = new($"| {string.Join(" | ", titles)} |\n| --- |{string.Concat(titles.Skip(1).Select(_ => $" {alignment} |"))}\n");

    /// <summary>Figures: the first column to the left, the others to the right.</summary>
    public static MarkdownTable OfFigures(params string[] titles) => new(titles, "---:");

    /// <summary>Words: every column to the left.</summary>
    public static MarkdownTable OfWords(params string[] titles) => new(titles, "---");

    /// <summary>Adds a row.</summary>
    public void Add(params IEnumerable<string> cells) => _text.Append($"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|")))} |\n");

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
