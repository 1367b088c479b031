using System.Text;
using Pipeline.Cli.Reproduce.Paper.Measure;
using Pipeline.Cli.Reproduce.Paper.Plan;
using Pipeline.Contracts;

namespace Pipeline.Cli.Reproduce.Paper.Report;

/// <summary>The whole report in Markdown.</summary>
static class ReportText
{
    /// <summary>The report.</summary>
    /// <param name="report">What was measured.</param>
    /// <param name="sections">The sections to show.</param>
    /// <param name="command">The command that makes it.</param>
    /// <param name="heldOut">The held-out pictures.</param>
    public static string Of(Reproduction report, IReadOnlyList<Section> sections, string command, IReadOnlyList<Picture> heldOut)
    {
        var text = new StringBuilder($"# The paper's experiments with the {report.Pack} pack\n\n");
        text.Append($"Made by `./pipeline reproduce {command}{(report.Pack == Recipe.Tiny.Pack ? "" : $" --pack {report.Pack}")}`, seeds {string.Join(", ", report.Seeds)}. ");
        text.Append($"Rewards: retrieval is `{report.Ingredients.Retrieval}`, diffusion is `{report.Ingredients.Diffusion}`");
        text.Append(report.Ingredients.Watching.Count == 0 ? ".\n\n" : $"; {string.Join(", ", report.Ingredients.Watching.Select(name => $"`{name}`"))} only watches.\n\n");
        foreach (var section in sections) text.Append($"## {section.Title}\n\n{SectionText.Of(report, section)}\n");
        text.Append(CaptionWall.Text(report, heldOut)).Append(Runs(report));
        return text.ToString().ReplaceLineEndings("\n");
    }

    static string Runs(Reproduction report)
    {
        var table = MarkdownTable.OfWords("run", "experiment", "seed", "seconds", "SHA-256 of the weights");
        var runs = report.Experiments.SelectMany(result => result.Seeds.Select(seed => (result.Experiment, Seed: seed))).DistinctBy(run => run.Seed.RunId);
        foreach (var (experiment, seed) in runs)
            table.Add($"`{Format.Short(seed.RunId)}`", Describe(experiment), $"{seed.Seed}", FormattableString.Invariant($"{seed.Seconds}"), $"`{seed.WeightsSha256[..12]}`");
        return $"""
            ## The runs

            Each can be audited (`audit RUN`), made again from its log (`rebuild RUN`), and scored again with another reward (`replay RUN`).

            {table}

            """;
    }

    static string Describe(Experiment experiment) =>
        experiment.Name
        + (experiment.KlCoefficient is { } coefficient ? FormattableString.Invariant($", KL coefficient {coefficient}") : "")
        + (experiment.Estimator is { } estimator ? $", {estimator.ToString().ToUpperInvariant()}" : "");
}
