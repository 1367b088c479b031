using System.Text;

namespace Pipeline.Cli.Reproduce.Paper.Report;

/// <summary>A table in Markdown: the first column to the left, the others to the right.</summary>
sealed class MarkdownTable(params string[] titles)
{
    readonly StringBuilder _text = new($"| {string.Join(" | ", titles)} |\n| --- |{string.Concat(titles.Skip(1).Select(_ => " ---: |"))}\n");

    /// <summary>Adds a row.</summary>
    public void Add(params IEnumerable<string> cells) => _text.Append($"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|")))} |\n");

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
