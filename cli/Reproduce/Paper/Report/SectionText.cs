using Pipeline.Cli.Reproduce.Paper.Measure;
using Pipeline.Cli.Reproduce.Paper.Plan;
using Pipeline.Cli.Statistics;
using Pipeline.Contracts;

namespace Pipeline.Cli.Reproduce.Paper.Report;

/// <summary>A section of the report in Markdown.</summary>
static class SectionText
{
    /// <summary>The section; its plot, where it has one, lies beside the report under its name.</summary>
    public static string Of(Reproduction report, Section section) => section.Name switch
    {
        "table1" => Table1(report, section),
        "kl" => Several(report, section, KlName, "KL coefficient"),
        "estimators" => Several(report, section, EstimatorName, "estimator"),
        _ => Curve(report, section),
    };

    /// <summary>What a row and a curve of it are called.</summary>
    public static string NameOf(Section section, Experiment experiment) => section.Name switch
    {
        "kl" => $"coefficient {KlName(experiment)}",
        "estimators" => EstimatorName(experiment),
        _ => experiment.Name,
    };

    static string Table1(Reproduction report, Section section) => $"""
        Mean scores of greedy captions; after: mean and 95% interval over seeds. A change is bold when 0 lies outside its interval.

        {ScoreTables.Trained(report, section.Experiments)}
        What each reward says of the same policies, trained on or not:

        {ScoreTables.Training(report, section.Experiments)}
        The same on held-out pictures, with caption metrics and whatever else watches:

        {ScoreTables.HeldOut(report, section.Experiments, experiment => experiment.Name)}
        """;

    static string Curve(Reproduction report, Section section)
    {
        var (experiment, result) = (section.Experiments[0], report.Of(section.Experiments[0]));
        var tenth = Reports.CrossScore.Tenth(result.Seeds[0].Curve.Count);
        var steps = Format.Count(tenth, "step");
        return $"""
            Sampled captions of the training pictures scored {FigureText.Of(Early(result, tenth))} in the first {steps} and {FigureText.Of(Late(result, tenth))} in the
            last; the policy was {FigureText.Of(Interval.Of([.. result.Seeds.Select(seed => seed.Curve[^1].Kl)]))} nats per caption from where it began. {Seeds(report)}

            ![{ScoreTables.RewardOf(report, experiment)} over {ScoreTables.Pictures(experiment)}]({section.Name}.svg)

            """;
    }

    static string Several(Reproduction report, Section section, Func<Experiment, string> name, string what)
    {
        var reward = ScoreTables.RewardOf(report, section.Experiments[0]);
        var table = MarkdownTable.OfFigures(
            what, $"{reward} while learning, last tenth", $"{reward}, training pictures", "change", "KL at the end", "reward hacking suspected");
        foreach (var experiment in section.Experiments)
        {
            var result = report.Of(experiment);
            table.Add(
                name(experiment), FigureText.Of(Late(result, Reports.CrossScore.Tenth(result.Seeds[0].Curve.Count))),
                FigureText.Of(Interval.Of([.. result.Seeds.Select(seed => seed.Training.Figures[reward])])),
                FigureText.Change(ScoreTables.Change(result, reward, isHeldOut: false)),
                FigureText.Of(Interval.Of([.. result.Seeds.Select(seed => seed.Curve[^1].Kl)])),
                $"{result.Seeds.Count(seed => seed.Suspicions.Count > 0)} of {result.Seeds.Count}");
        }
        return $"""
            {ScoreTables.Pictures(section.Experiments[0])}, {section.Experiments[0].Signal.ToString().ToLowerInvariant()} reward, {report.Of(section.Experiments[0]).Seeds[0].Curve[^1].Captions} captions for each. {Seeds(report)}

            {table}
            ![{reward} by {what}]({section.Name}.svg)

            {ScoreTables.HeldOut(report, section.Experiments, name)}
            {string.Join("\n", section.Experiments.SelectMany(experiment => report.Of(experiment).Seeds
                .SelectMany(seed => seed.Suspicions.Select(words => $"- {name(experiment)}, seed {seed.Seed}: {words}"))))}

            """;
    }

    static string Seeds(Reproduction report) => report.Seeds.Count > 1 ? $"Bands and ± are 95% intervals over {report.Seeds.Count} seeds." : "One seed.";

    static Interval Early(ExperimentResult result, int steps) =>
        Interval.Of([.. result.Seeds.Select(seed => seed.Curve.Take(steps).Average(point => point.Reward))]);

    static Interval Late(ExperimentResult result, int steps) =>
        Interval.Of([.. result.Seeds.Select(seed => seed.Curve.TakeLast(steps).Average(point => point.Reward))]);

    static string KlName(Experiment experiment) => FormattableString.Invariant($"{experiment.KlCoefficient}");

    static string EstimatorName(Experiment experiment) => experiment.Estimator switch
    {
        AdvantageEstimator.Gae => "PPO with a value head (GAE)",
        AdvantageEstimator.Rloo => "RLOO",
        AdvantageEstimator.Grpo => "GRPO",
        _ => "SCST, greedy baseline",
    };
}
