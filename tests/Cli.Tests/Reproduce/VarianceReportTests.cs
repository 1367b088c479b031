using Pipeline.Cli.Reproduce.Variance;
using Pipeline.Cli.Terminal;
using Pipeline.Contracts;

namespace Pipeline.Cli.Tests.Reproduce;

public sealed class VarianceReportTests : IDisposable
{
    static readonly VariancePlan Plan = new(new('a', 64), new('b', 64), "vgg", 1, new DrawingSettings { Rewards = ["vgg"], Samples = 4 });
    static readonly DateTimeOffset Start = new(2025, 1, 2, 3, 4, 5, TimeSpan.Zero);
    static readonly Guid[] Captions = [.. Enumerable.Range(0, 4).Select(_ => Guid.NewGuid())];

    static readonly CaptionScored[] Scores =
    [
        Drawings.Scored(Captions[0], "vgg", 0.1, 0.2, 0.3, 0.2), Drawings.Scored(Captions[1], "vgg", 0.5, 0.6, 0.4, 0.5),
        Drawings.Scored(Captions[2], "vgg", 0.9, 0.7, 0.8, 0.8), Drawings.Scored(Captions[3], "vgg", 0.9, 0.7, 0.8),
    ];

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Captions_with_a_drawing_that_is_no_picture_are_left_out_and_said_to_be()
    {
        var report = Report();

        (report.Captions, report.LeftOut).ShouldBe((3, 1));
        report.Rows.Select(row => row.Samples).ShouldBe([1, 2, 3, 4]);
        VarianceText.Sentence(report)
            .ShouldStartWith("Reward vgg, 3 captions sampled at temperature 1, 4 drawings each (1 caption left out");
    }

    /// <summary>Four pictures a caption; captions come after 2, 2 and 1,000 seconds: the pause says nothing about drawing.</summary>
    [Fact]
    public void What_drawing_costs_is_not_moved_by_a_pause()
    {
        var report = Report();

        report.SecondsPerPicture.ShouldBe(0.5);
        report.Rows.Select(row => row.SecondsPerCaption).ShouldBe([0.5, 1.0, 1.5, 2.0]);
        VarianceReport.SecondsPerPictureOf([]).ShouldBeNull();
    }

    [Fact]
    public void Too_few_captions_with_all_their_drawings_are_an_error_that_counts_them() =>
        Should.Throw<CliException>(() => VarianceReport.Of(Plan, [Scores[0], Scores[3]], [])).Message
            .ShouldContain("only 1 of 2 captions have 4 drawings");

    [Fact]
    public void Table_Markdown_and_CSV_have_a_row_for_each_number_of_drawings()
    {
        var report = Report();

        var screen = Screen.Lines(VarianceText.Table(report), width: 80);
        screen.ShouldContain(line => line.Contains("rank: others") && line.Contains("rank: truth") && line.Contains("s/caption"));
        screen.ShouldContain(line => line.Contains("0.0816") && line.Contains(" 0.50"));
        var markdown = VarianceText.Markdown(report, "plot.svg");
        markdown.ShouldContain("| 2 | 0.0577 |");
        markdown.ShouldContain("![](plot.svg)");
        markdown.Split('\n').Count(line => line.StartsWith("| ", StringComparison.Ordinal)).ShouldBe(6);
        var csv = VarianceText.Csv(report).Split('\n');
        csv[0].ShouldBe("samples,standard_deviation,measured,reliability,rank_agreement,true_rank_agreement,seconds_per_caption");
        csv[4].ShouldStartWith("4,0.0");
        csv[4].Split(',')[2].ShouldBeEmpty(); // two disjoint fours cannot be made of four
        csv.Length.ShouldBe(6);
    }

    [Fact]
    public void Every_single_score_is_written_down()
    {
        var sampled = Scores.Select(score => new CaptionSampled(
            score.CaptionId, Plan.Id, 0, CaptionPurpose.Probe, new('e', 64), 0, 1, new PolicyRef(0, new('a', 64)),
            new Decoding(DecodingMode.Sample), "a \"red\" circle, small", [], []));

        var lines = VarianceText.ScoresCsv(sampled, Scores).TrimEnd('\n').Split('\n');

        lines.Length.ShouldBe(1 + 15);
        lines[2].ShouldBe($"{Captions[0]},{new string('e', 64)},\"a \"\"red\"\" circle, small\",1,0.2");
    }

    [Fact]
    public void The_plot_is_drawn_without_anything_that_is_not_in_the_packages()
    {
        VariancePlot.Save(Report(), _folder["plot.svg"], _folder["plot.png"]);

        File.ReadAllText(_folder["plot.svg"]).ShouldContain("<svg");
        File.ReadAllText(_folder["plot.svg"]).TrimEnd().ShouldEndWith("</svg>");
        File.ReadAllBytes(_folder["plot.png"]).AsSpan(1, 3).SequenceEqual("PNG"u8).ShouldBeTrue();
        new FileInfo(_folder["plot.png"]).Length.ShouldBeGreaterThan(5_000);
    }

    static VarianceReport Report() => VarianceReport.Of(Plan, Scores, [.. new[] { 0, 2, 4, 1004 }.Zip(
        Captions, (second, caption) => (Drawings.Rendered(caption, $"{second}", 4), Start.AddSeconds(second)))]);
}
