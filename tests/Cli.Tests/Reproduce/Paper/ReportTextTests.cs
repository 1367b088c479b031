using Pipeline.Cli.Reproduce.Paper.Measure;
using Pipeline.Cli.Reproduce.Paper.Plan;
using Pipeline.Cli.Reproduce.Paper.Report;
using Pipeline.Contracts;

namespace Pipeline.Cli.Tests.Reproduce.Paper;

public sealed class ReportTextTests
{
    static readonly string Hash = new('a', 64);
    static readonly Picture[] HeldOut = [new(new('p', 64), "one.png", 64, 64, ["a star"]), new(new('q', 64), "two.png", 64, 64, ["a heart"])];
    static readonly Section Table1 = Section.All.Single(section => section.Name == "table1");
    static readonly Section Kl = Section.All.Single(section => section.Name == "kl");

    /// <summary>Three seeds; training rises by 0.1 surely, what is held out by 0.02 on average and nobody knows whether it does.</summary>
    static Reproduction Report(IEnumerable<Experiment> experiments, params string[] suspicions) => new(
        "tiny", [1, 2, 3], new(Hash, Hash, "blip", "vgg", ["oracle"]), 2,
        [.. experiments.Select(experiment => new ExperimentResult(experiment, Measured(0.6), Measured(0.5), [
            .. ((double[])[-0.03, 0.02, 0.07]).Select((rise, i) => new SeedResult(
                i + 1, Guid.Parse($"{i + 1}0000000-0000-4000-8000-000000000000"), Hash, 12.5,
                [new(40, 0.55, 0), new(80, 0.6 + i * 0.01, 1)], Measured(0.7), Measured(0.5 + rise), suspicions)),
        ]))]);

    static Measured Measured(double score) => new(Guid.Empty, 0, Hash, new Dictionary<string, double>
    {
        ["blip"] = score, ["vgg"] = score, ["oracle"] = score, ["oracle/hallucination"] = 0.1, ["cider_d"] = 1, ["perplexity"] = 2,
    }, ["a | star", "a heart"]);

    static string Text(Section section, params string[] suspicions) =>
        ReportText.Of(Report(section.Experiments, suspicions), [section], section.Name, HeldOut);

    [Fact]
    public void A_change_is_bold_only_when_zero_lies_outside_its_interval_and_the_papers_figures_stand_beside()
    {
        var lines = Text(Table1).Split('\n');

        lines.Single(line => line.StartsWith("| Retrieval, 8 pictures", StringComparison.Ordinal))
            .ShouldBe("| Retrieval, 8 pictures | those | 0.600 | 0.700 ± 0.000 | **+0.100 ± 0.000** | 0.610 | 0.786 |");
        lines.Count(line => line.StartsWith("|  | 2 held out | 0.500 | 0.520 ± 0.124 | +0.020 ± 0.124 |", StringComparison.Ordinal)).ShouldBe(6);
    }

    [Fact]
    public void Each_coefficient_has_a_row_and_what_is_suspected_is_said_in_words()
    {
        var text = Text(Kl, "blip rose while oracle fell");

        foreach (var coefficient in (string[])["0", "0.05", "0.2", "1"])
            text.Split('\n').Count(line => line.StartsWith($"| {coefficient} |", StringComparison.Ordinal)).ShouldBe(2);
        text.ShouldContain("3 of 3");
        text.ShouldContain("- 0.05, seed 2: blip rose while oracle fell");
        text.ShouldContain("(kl.svg)");
    }

    [Fact]
    public void Captions_and_runs_are_named_and_a_bar_in_a_caption_breaks_no_table()
    {
        var text = Text(Kl);

        text.ShouldContain("| a \\| star |");
        text.ShouldContain("| `10000000` | retrieval-8, KL coefficient 0 | 1 | 12.5 | `aaaaaaaaaaaa` |");
    }
}
