using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pipeline.Cli.Reports;

/// <summary>A finished run for people: what the captioner says now, and how that compares.</summary>
static class ReportTables
{
    /// <summary>Two lines per picture, before and after, with every reward's score.</summary>
    public static IRenderable Captions(RunHistory run, IReadOnlyList<HeldOutCaption> captions)
    {
        var rewards = run.Settings!.Rewards.Keys.Order(StringComparer.Ordinal).ToArray();
        var table = new Table().Border(TableBorder.Simple).AddColumn("held-out picture").AddColumn("").AddColumn("caption (greedy)");
        foreach (var reward in rewards) table.AddColumn(new TableColumn(Markup.Escape(reward)).RightAligned().NoWrap());
        foreach (var caption in captions)
        {
            var (file, before) = (Markup.Escape(caption.Picture.FileName), Markup.Escape(caption.Before.Text));
            table.AddRow([file, "[grey]before[/]", $"[grey]{before}[/]", .. Scores(caption.Before, rewards)]);
            table.AddRow(["", "after", Markup.Escape(caption.After.Text), .. Scores(caption.After, rewards)]);
        }
        return table;
    }

    /// <summary>Each mean figure before and after, with greedy and with sampled captions.</summary>
    public static IRenderable Figures(RunReport report)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var title in new[] { "mean, held-out", "greedy captions", "sampled captions" })
            table.AddColumn(new TableColumn(title).NoWrap().PadRight(3));
        foreach (var name in report.HeldOut?.Before.Keys ?? [])
            table.AddRow(Markup.Escape(name), Cell(report.HeldOut, name), Cell(report.Sampled, name));
        return table;
    }

    /// <summary>Each reward's own mean before and after, whichever way it went.</summary>
    public static IRenderable CrossScores(RunReport report)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var title in new[] { "score, held-out", "greedy captions", "sampled captions" })
            table.AddColumn(new TableColumn(title).NoWrap().PadRight(3));
        foreach (var (name, score) in report.CrossScores)
            table.AddRow(Role(name, score), Cell(score.Greedy), Cell(score.Sampled));
        return table;
    }

    /// <summary>Each reward's own mean over what was learned from, at the beginning and at the end.</summary>
    public static IRenderable TrainingScores(RunReport report)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var title in new[] { "score, training", $"first {Steps(report)} -> last {Steps(report)}" })
            table.AddColumn(new TableColumn(title).NoWrap().PadRight(3));
        foreach (var (name, score) in report.CrossScores) table.AddRow(Role(name, score), Cell(score.Training));
        return table;
    }

    /// <summary>The held-out captions by the field's metrics.</summary>
    public static IRenderable Metrics(RunReport report)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var title in new[] { "metric, held-out", "greedy captions", "sampled captions" })
            table.AddColumn(new TableColumn(title).NoWrap().PadRight(3));
        foreach (var (name, metric) in report.Metrics) table.AddRow(Markup.Escape(name), Cell(metric.Greedy), Cell(metric.Sampled));
        return table;
    }

    static string Steps(RunReport report) => Format.Count(CrossScore.Tenth(report.Steps), "step");

    static string Role(string name, CrossScore score) =>
        $"{Markup.Escape(name)}{(score.Weight == 0 ? "[grey], recorded[/]" : ", trained on")}";

    static IEnumerable<string> Scores(ScoredCaption caption, string[] rewards) =>
        rewards.Select(reward => Format.Score(caption.Scores.TryGetValue(reward, out var score) ? score : null));

    static string Cell(BeforeAndAfter? figures, string name) => Cell(
        figures is not null && figures.Before.TryGetValue(name, out var before) && figures.After.TryGetValue(name, out var after)
            ? new Change(before, after)
            : null);

    static string Cell(Change? change) => change is null
        ? "-"
        : $"{Format.Score(change.Before)} -> [bold]{Format.Score(change.After)}[/]  [grey]{Format.Change(change.After - change.Before)}[/]";
}
