using System.Globalization;
using Pipeline.Replays;
using Spectre.Console;

namespace Pipeline.Cli.Replay;

/// <summary>A replay's report as a person reads it.</summary>
static class ReplayTable
{
    /// <summary>Captions whose rank moves most that are shown; the files have all.</summary>
    const int Moves = 8;

    /// <summary>Versions that are shown; of more, as many spread evenly, the first and the last among them.</summary>
    const int Versions = 12;

    public static void Write(IAnsiConsole console, ReplayReport report)
    {
        var replay = report.Replay;
        console.MarkupLineInterpolated(
            $"Replay {Format.Short(replay.ReplayId)} of run {Format.Short(replay.RunId)}: {Format.Count(report.All.New.Count, "caption")}");
        console.MarkupLineInterpolated($"  old  {replay.Against}, as recorded");
        console.MarkupLineInterpolated($"  new  {replay.Reward}, model {report.Model[..Math.Min(12, report.Model.Length)]}");
        console.Write(Scores(report));
        if (report.All.Agreement is null)
        {
            console.MarkupLineInterpolated($"The run did not record {replay.Against} for all of them: there is nothing to compare.");
            return;
        }
        if (report.Captions.All(caption => caption.Old == caption.New)) console.WriteLine("Every score is the recorded one, bit for bit.");
        else console.Write(MovedMost(report));
    }

    static Table Scores(ReplayReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("version").NoWrap());
        foreach (var title in new[] { "n", "old", "new", "Pearson", "Spearman", "Kendall" })
            table.AddColumn(new TableColumn(title).RightAligned().NoWrap());
        var versions = report.Versions.OrderBy(version => version.Key).ToArray();
        if (versions.Length > 1)
            foreach (var place in Shown(versions.Length)) Row(table, $"{versions[place].Key}", versions[place].Value);
        Row(table, versions.Length == 1 ? $"{versions[0].Key}" : "all", report.All);
        return table;
    }

    static IEnumerable<int> Shown(int count) => count <= Versions
        ? Enumerable.Range(0, count)
        : Enumerable.Range(0, Versions).Select(i => (int)Math.Round(i * (count - 1) / (Versions - 1.0)));

    static void Row(Table table, string name, ScoreComparison comparison) => table.AddRow(
        name, comparison.New.Count.ToString(CultureInfo.InvariantCulture), Spread(comparison.Old), Spread(comparison.New),
        Format.Score(comparison.Agreement?.Pearson), Format.Score(comparison.Agreement?.Spearman), Format.Score(comparison.Agreement?.Kendall));

    static string Spread(ScoreSpread? spread) =>
        spread is null ? "-" : $"{Format.Score(spread.Mean)} ±{Format.Score(spread.StandardDeviation)}";

    static Table MovedMost(ReplayReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("rank moves most");
        foreach (var title in new[] { "version", "old", "new", "old rank", "new rank" })
            table.AddColumn(new TableColumn(title).RightAligned().NoWrap());
        foreach (var caption in report.Moves(Moves))
            table.AddRow(
                Markup.Escape(caption.Text), caption.PolicyVersion.ToString(CultureInfo.InvariantCulture), Format.Score(caption.Old),
                Format.Score(caption.New), Rank(caption.OldRank), Rank(caption.NewRank));
        if (table.Rows.Count == 0) table.AddRow("no caption's rank moves", "", "", "", "", "");
        return table;
    }

    static string Rank(double? rank) => rank?.ToString("0.#", CultureInfo.InvariantCulture) ?? "-";
}
