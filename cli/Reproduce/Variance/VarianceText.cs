using System.Globalization;
using System.Text;
using Pipeline.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pipeline.Cli.Reproduce.Variance;

/// <summary>A study of the reward's variance as a table, Markdown and CSV.</summary>
static class VarianceText
{
    static readonly string[] Titles =
    [
        "drawings", "standard deviation s/√k", "measured", "reliability", "rank agreement with the others", "with the truth",
        "seconds per caption",
    ];

    /// <summary>The same in 80 columns.</summary>
    static readonly string[] ShortTitles = ["k", "s/√k", "measured", "reliability", "rank: others", "rank: truth", "s/caption"];

    /// <summary>For a terminal.</summary>
    public static IRenderable Table(VarianceReport report)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var title in ShortTitles) table.AddColumn(new TableColumn(title).RightAligned().NoWrap());
        foreach (var row in report.Rows) table.AddRow([.. Cells(row)]);
        return table;
    }

    /// <summary>What was measured, in a sentence.</summary>
    public static string Sentence(VarianceReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"Reward {report.Reward}, {report.Captions} captions sampled at temperature 1, {report.Rows.Count} drawings each"
        + $"{(report.LeftOut == 0 ? "" : $" ({Format.Count(report.LeftOut, "caption")} left out for a drawing that is no picture)")}. "
        + $"Variance of one drawing's score within a caption {report.Within:0.00000}, of true scores between captions "
        + $"{report.Between:0.00000}.");

    /// <summary>For readers; it shows the plot that lies beside it.</summary>
    public static string Markdown(VarianceReport report, string plot)
    {
        var text = new StringBuilder($"# What k drawings of a caption are worth\n\n{Sentence(report)}\n\n");
        if (report.Recipe is { } recipe)
            text.Append(CultureInfo.InvariantCulture, $"Drawn with {recipe.Scheduler}, {recipe.Steps} steps, guidance {recipe.Guidance}, ")
                .Append(CultureInfo.InvariantCulture, $"{recipe.Width}x{recipe.Height}; seed {report.Seed}.\n\n");
        if (report.Models.Count > 1)
            text.Append($"The reward was changed in between: {report.Models.Count} models computed these scores.\n\n");
        text.Append($"| {string.Join(" | ", Titles)} |\n|{string.Concat(Titles.Select(_ => " ---: |"))}\n");
        foreach (var row in report.Rows) text.Append($"| {string.Join(" | ", Cells(row))} |\n");
        return text.Append($"""

            ![]({plot})

            - The score of a caption is the mean over its drawings. *Standard deviation* is how much that mean varies with the drawings'
              noise: s/√k with s² the mean variance within a caption; *measured* is the same among means of disjoint k drawings of one
              caption.
            - *Reliability* is the share of the means' variance that is between captions: between / (between + s²/k).
            - *Rank agreement with the others* is Spearman's correlation, over captions, of means of k drawings with means of all other
              drawings, which are noisy themselves; *with the truth* it is corrected for that noise by the others' reliability.
            - *Seconds per caption* is k times the median time of a drawing on this machine.

            """.ReplaceLineEndings("\n")).ToString();
    }

    /// <summary>The rows for programs that draw or compare them.</summary>
    public static string Csv(VarianceReport report)
    {
        var lines = report.Rows.Select(row => string.Join(',', new double?[]
        {
            row.Samples, row.StandardDeviation, row.Measured, row.Reliability, row.RankAgreement, row.TrueRankAgreement,
            row.SecondsPerCaption,
        }.Select(value => value?.ToString("R", CultureInfo.InvariantCulture) ?? "")));
        const string head = "samples,standard_deviation,measured,reliability,rank_agreement,true_rank_agreement,seconds_per_caption";
        return string.Join('\n', lines.Prepend(head)) + "\n";
    }

    /// <summary>Every single score, so that anybody can compute other figures.</summary>
    public static string ScoresCsv(IEnumerable<CaptionSampled> captions, IEnumerable<CaptionScored> scores)
    {
        var about = captions.ToDictionary(
            caption => caption.CaptionId,
            caption => $"{caption.CaptionId},{caption.PictureSha256},\"{caption.Text.Replace("\"", "\"\"")}\"");
        var lines = scores.SelectMany(score => score.SampleScores.Select((value, sample) =>
            string.Create(CultureInfo.InvariantCulture, $"{about[score.CaptionId]},{sample},{value:R}")));
        return string.Join('\n', lines.Prepend("caption_id,picture_sha256,text,sample,score")) + "\n";
    }

    static IEnumerable<string> Cells(VarianceRow row)
    {
        yield return $"{row.Samples}";
        yield return Figure(row.StandardDeviation);
        yield return Figure(row.Measured);
        yield return Format.Score(row.Reliability);
        yield return Format.Score(row.RankAgreement);
        yield return Format.Score(row.TrueRankAgreement);
        yield return row.SecondsPerCaption?.ToString("0.00", CultureInfo.InvariantCulture) ?? "-";
    }

    static string Figure(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "-";
}
