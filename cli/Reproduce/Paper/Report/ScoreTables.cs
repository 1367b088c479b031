using Pipeline.Cli.Reproduce.Paper.Measure;
using Pipeline.Cli.Reproduce.Paper.Plan;
using Pipeline.Cli.Statistics;

namespace Pipeline.Cli.Reproduce.Paper.Report;

/// <summary>Scores before and after, with their intervals over seeds.</summary>
static class ScoreTables
{
    /// <summary>Figures in the order in which people expect them; those that are there are shown.</summary>
    static readonly string[] Metrics =
        ["cider_d", "bleu_4", "rouge_l", "perplexity", "distinct_2", "repetition", "length"];

    /// <summary>The reward that was learned from, on training and on held-out pictures, beside the paper's.</summary>
    public static string Trained(Reproduction report, IEnumerable<Experiment> experiments)
    {
        var table = MarkdownTable.OfFigures("learned from", "pictures measured", "before", "after", "change", "paper: before", "after");
        foreach (var experiment in experiments)
        {
            var result = report.Of(experiment);
            var reward = RewardOf(report, experiment);
            var paper = PaperFigures.Table1(experiment);
            table.Add(
                $"{experiment.Signal}, {Pictures(experiment)}", "those", FigureText.Of(result.Training.Figures[reward]),
                FigureText.Of(Interval.Of([.. result.Seeds.Select(seed => seed.Training.Figures[reward])])),
                FigureText.Change(Change(result, reward, isHeldOut: false)),
                paper is { } figures ? FigureText.Of(figures.Before) : "", paper is { After: var after } ? FigureText.Of(after) : "");
            table.Add(
                "", $"{report.HeldOutPictures} held out", FigureText.Of(result.HeldOut.Figures[reward]),
                FigureText.Of(Interval.Of([.. result.Seeds.Select(seed => seed.HeldOut.Figures[reward])])),
                FigureText.Change(Change(result, reward, isHeldOut: true)), "", "");
        }
        return table.ToString();
    }

    /// <summary>What every reward says about the pictures that were learned from, whichever reward it was.</summary>
    public static string Training(Reproduction report, IEnumerable<Experiment> experiments)
    {
        var rewards = report.Ingredients.Rewards;
        var table = MarkdownTable.OfFigures(["pictures learned from", .. rewards.SelectMany(reward => (string[])[$"{reward}: before", "change"])]);
        foreach (var experiment in experiments)
        {
            var result = report.Of(experiment);
            table.Add([experiment.Name, .. rewards.SelectMany(reward => (string[])
                [FigureText.Of(result.Training.Figures[reward]), FigureText.Change(Change(result, reward, isHeldOut: false))])]);
        }
        return table.ToString();
    }

    /// <summary>What everything says about held-out captions, whichever reward was learned from: changes against the captioner before.</summary>
    /// <param name="report">The report.</param>
    /// <param name="experiments">The rows.</param>
    /// <param name="name">What a row is called.</param>
    public static string HeldOut(Reproduction report, IReadOnlyList<Experiment> experiments, Func<Experiment, string> name)
    {
        var before = report.Of(experiments[0]).HeldOut.Figures;
        string[] figures = [.. report.Ingredients.Rewards.Where(before.ContainsKey), .. Details(report, before), .. Metrics.Where(before.ContainsKey)];
        var table = MarkdownTable.OfFigures([$"{report.HeldOutPictures} held-out pictures", .. figures.Select(Title)]);
        table.Add(["before", .. figures.Select(figure => FigureText.Of(before[figure]))]);
        foreach (var experiment in experiments)
        {
            var result = report.Of(experiment);
            table.Add([name(experiment), .. figures.Select(figure => FigureText.Change(Change(result, figure, isHeldOut: true)))]);
        }
        return table.ToString();
    }

    /// <summary>A figure's change over seeds.</summary>
    public static Interval Change(ExperimentResult result, string figure, bool isHeldOut)
    {
        var before = (isHeldOut ? result.HeldOut : result.Training).Figures[figure];
        return Interval.Of([.. result.Seeds.Select(seed => (isHeldOut ? seed.HeldOut : seed.Training).Figures[figure] - before)]);
    }

    /// <summary>The reward that an experiment learns from.</summary>
    public static string RewardOf(Reproduction report, Experiment experiment) =>
        experiment.Signal == Signal.Diffusion ? report.Ingredients.Diffusion : report.Ingredients.Retrieval;

    /// <summary>Its number of pictures in words.</summary>
    public static string Pictures(Experiment experiment) => Format.Count(experiment.Pictures, "picture");

    /// <summary>What a recorded reward says beside its score, when its score is the mean of what it says.</summary>
    static IEnumerable<string> Details(Reproduction report, IReadOnlyDictionary<string, double> figures) =>
        from reward in report.Ingredients.Watching
        from detail in (string[])["hallucination", "grammatical"]
        where figures.ContainsKey($"{reward}/{detail}")
        select $"{reward}/{detail}";

    static string Title(string figure) => figure[(figure.IndexOf('/') + 1)..].Replace('_', '-');
}
