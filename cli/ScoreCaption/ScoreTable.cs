using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pipeline.Cli.ScoreCaption;

/// <summary>What rewards say about a caption, for people.</summary>
static class ScoreTable
{
    /// <summary>One line per reward.</summary>
    public static IRenderable Render(ScoreReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("reward").AddColumn(new TableColumn("score").RightAligned().NoWrap());
        var isSampled = report.Scores.Any(score => score.Samples.Count > 0);
        if (isSampled) table.AddColumn("its drawings").AddColumn(new TableColumn("variance").RightAligned().NoWrap());
        if (report.Scores.Any(score => score.Details.Count > 0)) table.AddColumn("details");
        foreach (var score in report.Scores) table.AddRow([.. Cells(score, isSampled).Take(table.Columns.Count)]);
        foreach (var reward in report.Missing) table.AddRow(Markup.Escape(reward), "[red]none[/]");
        return table;
    }

    static IEnumerable<string> Cells(RewardAnswer answer, bool isSampled)
    {
        yield return Markup.Escape(answer.Reward);
        yield return $"[bold]{Format.Score(answer.Score)}[/]";
        if (isSampled)
        {
            yield return string.Join(' ', answer.Samples.Select(sample => Format.Score(sample)));
            yield return answer.Variance?.ToString("0.00000", CultureInfo.InvariantCulture) ?? "";
        }
        yield return string.Join(", ", answer.Details.OrderBy(detail => detail.Key, StringComparer.Ordinal)
            .Select(detail => $"{Markup.Escape(detail.Key)} {Format.Score(detail.Value)}"));
    }
}
