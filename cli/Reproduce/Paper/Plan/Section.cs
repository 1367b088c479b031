using Pipeline.Contracts;

namespace Pipeline.Cli.Reproduce.Paper.Plan;

/// <summary>A part of the report, which can be asked for alone. What several parts need is done once.</summary>
/// <param name="Name">The command.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Experiments">What it shows.</param>
sealed record Section(string Name, string Title, IReadOnlyList<Experiment> Experiments)
{
    static readonly int[] Sizes = [1, 8, 128];

    /// <summary>
    /// The paper's experiments, and two that ask further. Which curve the paper's figures show is not recorded in this project: each curve
    /// of its experiments has one here.
    /// </summary>
    public static IReadOnlyList<Section> All { get; } =
    [
        new("table1", "Table 1: mean score before and after", [
            .. from signal in Enum.GetValues<Signal>() from pictures in Sizes select new Experiment(signal, pictures),
        ]),
        new("figure5", "Figure 5: one picture, diffusion reward", [new(Signal.Diffusion, 1)]),
        new("figure6", "Figure 6: eight pictures, diffusion reward", [new(Signal.Diffusion, 8)]),
        new("figure7", "Figure 7: eight pictures, retrieval reward", [new(Signal.Retrieval, 8)]),
        new("figure8", "Figure 8: 128 pictures, retrieval reward", [new(Signal.Retrieval, 128)]),
        new("kl", "What the KL penalty prevents: reward hacking", [
            .. from coefficient in (double[])[0, 0.05, 0.2, 1] select new Experiment(Signal.Retrieval, 8, coefficient),
        ]),
        new("estimators", "Estimators on the same budget", [
            .. from estimator in Enum.GetValues<AdvantageEstimator>() select new Experiment(Signal.Retrieval, 8, Estimator: estimator),
        ]),
    ];
}
