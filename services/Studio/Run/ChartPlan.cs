using Pipeline.Contracts;

namespace Pipeline.Studio.Run;

/// <summary>A chart of a run's page.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Unit">The unit of its values; empty for none.</param>
/// <param name="Figures">The names of its figures.</param>
/// <param name="IsEvaluation">Whether they are figures of evaluations.</param>
/// <param name="Digits">Digits after the point.</param>
sealed record Chart(string Title, string Unit, IReadOnlyList<string> Figures, bool IsEvaluation = false, int Digits = 3)
{
    /// <summary>A name for files.</summary>
    public string Name => Title.ToLowerInvariant().Replace(' ', '-').Replace(",", "");

    /// <summary>The charts of a run, those first that are looked at first.</summary>
    /// <param name="names">The figures that its steps have.</param>
    /// <param name="rewards">Its rewards.</param>
    /// <param name="isEvaluated">Whether it is evaluated on held-out pictures.</param>
    public static IReadOnlyList<Chart> Of(IReadOnlyList<string> names, IReadOnlyList<string> rewards, bool isEvaluated)
    {
        string[] rewardNames = [.. rewards.Order(StringComparer.Ordinal)];
        string[] stages = [.. names.Where(name => name.StartsWith("time/", StringComparison.Ordinal)).Append("time/step")];
        Chart?[] all =
        [
            new("Reward", "", ["reward"]),
            rewardNames.Length > 1 ? new("Each reward", "", [.. rewardNames.Select(name => $"reward/{name}/mean")]) : null,
            isEvaluated ? new("Held out", "", ["heldout/greedy/reward", "heldout/sample/reward"], IsEvaluation: true) : null,
            isEvaluated && rewardNames.Length > 1 ? new("Held out, greedy, each reward", "", [.. rewardNames.Select(name => $"heldout/greedy/{name}")], true) : null,
            new("KL to the reference", "nats per caption", ["objective/kl"]),
            new("KL coefficient", "", ["objective/kl_coef"], Digits: 4),
            new("Entropy", "nats per token", ["policy/entropy"]),
            new("Clipped share", "of tokens", ["policy/clipfrac", "value/clipfrac"]),
            new("Approximate KL of a step", "nats per token", ["policy/approx_kl"], Digits: 5),
            new("Explained variance", "", ["value/explained_variance"]),
            new("Caption length", "tokens", ["caption/length_mean"], Digits: 1),
            isEvaluated ? new("Perplexity, held out", "", ["heldout/greedy/perplexity", "heldout/sample/perplexity"], true, 2) : null,
            new("Effective sample size", "captions", ["importance/ess"], Digits: 1),
            new("Time by stage", "ms", stages, Digits: 0),
            new("Pace", "captions per s", ["captions_per_second"], Digits: 1),
        ];
        return [.. all.OfType<Chart>().Where(chart => chart.IsEvaluation || chart.Figures.Any(figure => IsThere(figure, names)))];
    }

    /// <summary>
    /// The figures that the steps of a run will have, as far as its settings tell: a page that is opened before the first step shows them as they
    /// come.
    /// </summary>
    public static IReadOnlyList<string> Expected(RunSettings settings) =>
    [
        "objective/kl", "objective/kl_coef", "policy/entropy", "policy/clipfrac", "policy/approx_kl", "caption/length_mean",
        .. settings.Rewards.Keys.Select(reward => $"reward/{reward}/mean"),
        .. settings.Ppo.Advantage == AdvantageEstimator.Gae ? (string[])["value/clipfrac", "value/explained_variance"] : [],
        "time/reference",
        .. settings.Drawing is null ? (string[])[] : ["time/render"],
        "time/sample", "time/save", "time/score", "time/update", "time/wait",
    ];

    static bool IsThere(string figure, IReadOnlyList<string> names) =>
        figure is "reward" or "time/step" or "captions_per_second" || names.Contains(figure);
}
