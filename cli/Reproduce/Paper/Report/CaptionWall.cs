using Pipeline.Cli.Reproduce.Paper.Measure;
using Pipeline.Cli.Reproduce.Paper.Plan;
using Pipeline.Contracts;

namespace Pipeline.Cli.Reproduce.Paper.Report;

/// <summary>What is said of the first held-out pictures, before and after.</summary>
static class CaptionWall
{
    /// <summary>How many pictures are shown: the set's first ones, so that nobody chose the flattering ones.</summary>
    public const int Pictures = 8;

    /// <summary>The table; each picture's file lies in <c>pictures/</c>.</summary>
    public static string Text(Reproduction report, IReadOnlyList<Picture> pictures)
    {
        ExperimentResult[] shown = [.. Enum.GetValues<Signal>().SelectMany(signal => report.Experiments
            .Where(result => result.Experiment is { KlCoefficient: null, Estimator: null } && result.Experiment.Signal == signal)
            .OrderByDescending(result => result.Experiment.Pictures).Take(1))];
        if (shown.Length == 0) shown = [report.Experiments[0]];
        var table = MarkdownTable.OfWords(["", "before", .. shown.Select(result => $"after {result.Experiment.Name}, seed {result.Seeds[0].Seed}")]);
        foreach (var (place, picture) in pictures.Index().Take(Pictures))
            table.Add([
                $"![{picture.FileName}](pictures/{File(picture)})", shown[0].HeldOut.Captions[place],
                .. shown.Select(result => result.Seeds[0].HeldOut.Captions[place]),
            ]);
        return $"""
            ## Captions before and after

            Greedy captions of the first {Math.Min(Pictures, pictures.Count)} held-out pictures.

            {table}

            """;
    }

    /// <summary>A picture's name in the report's folder.</summary>
    public static string File(Picture picture) => $"{picture.Sha256[..12]}{Path.GetExtension(picture.FileName)}";
}
