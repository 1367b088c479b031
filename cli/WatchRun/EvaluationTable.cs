using Pipeline.CaptionMetrics;
using Pipeline.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pipeline.Cli.WatchRun;

/// <summary>
/// The evaluations of a run: the first, which all others are measured against, and as many of the latest as there is room for.
/// </summary>
static class EvaluationTable
{
    /// <summary>How the captions read, and how they agree with people's: all that there is room for.</summary>
    static readonly (string Name, string Title)[] Columns = [(Metric.Perplexity, "ppl"), (Metric.CiderD, "CIDEr")];

    /// <summary>The table with at most <paramref name="room"/> evaluations.</summary>
    public static IRenderable Render(RunHistory run, RunSettings settings, int room)
    {
        if (settings.HeldOutPictures is null) return new Markup("[grey]no held-out pictures, so no evaluations[/]");
        if (run.Evaluations.Count == 0) return new Markup("[grey]no evaluation yet[/]");

        var names = settings.Rewards.Keys.Order(StringComparer.Ordinal).ToArray();
        var table = new Table().Border(TableBorder.None).AddColumn("[grey]evaluation[/]").AddColumn("[grey]captions[/]");
        var metrics = Columns.Where(metric => run.Evaluations.Any(done => done.Metrics?.ContainsKey(metric.Name) == true)).ToArray();
        foreach (var title in names.Prepend("reward").Append("tokens").Concat(metrics.Select(metric => metric.Title)))
            table.AddColumn(new TableColumn($"[grey]{Markup.Escape(title)}[/]").RightAligned());
        foreach (var column in table.Columns) column.NoWrap().PadLeft(0).PadRight(2);
        foreach (var done in Chosen(run.Evaluations, room)) table.AddRow([.. Cells(run, done, names, [.. metrics.Select(metric => metric.Name)])]);
        return table;
    }

    static IEnumerable<Evaluated> Chosen(IReadOnlyList<Evaluated> all, int room)
    {
        if (all.Count <= room) return all;
        var first = all.TakeWhile(done => done.Version == all[0].Version).Take(room / 2).ToArray();
        return first.Concat(all.Skip(Math.Max(first.Length, all.Count - (room - first.Length))));
    }

    static string Value(Evaluated done, string name) =>
        done.Metrics is not null && done.Metrics.TryGetValue(name, out var value) ? value.ToString("0.00") : "-";

    static IEnumerable<string> Cells(RunHistory run, Evaluated done, string[] names, string[] metrics)
    {
        yield return Markup.Escape($"{done.Split} v{done.Version}");
        yield return Format.Mode(done.Mode);
        yield return $"[bold]{Format.Score(run.Reward(done))}[/]";
        foreach (var name in names) yield return Format.Score(done.Rewards.TryGetValue(name, out var summary) ? summary.Mean : null);
        yield return done.CaptionLength.ToString("0.0");
        foreach (var metric in metrics) yield return Value(done, metric);
    }
}
