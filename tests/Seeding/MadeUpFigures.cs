using Pipeline.Contracts;

namespace Pipeline.Seeding;

/// <summary>Figures as a learning step has them: what follows from captions and scores is computed, the rest goes its usual way with noise.</summary>
static class MadeUpFigures
{
    /// <summary>Figures that no caption decides: their name, where they begin, where they end, and their noise.</summary>
    static readonly (string Name, double From, double To, double Noise)[] Curves =
    [
        ("objective/kl", 0, 6.5, 0.4), ("objective/entropy", 14, 6, 0.8), ("objective/kl_coef", 0.2, 0.2, 0), ("objective/non_score_reward", 0, -1.3, 0.08),
        ("objective/scores", 0, 0.8, 0.2), ("policy/approx_kl", 0.004, 0.002, 0.001), ("policy/clipfrac", 0.08, 0.03, 0.02),
        ("policy/entropy", 1.4, 0.6, 0.08), ("policy/loss", -0.02, -0.01, 0.01), ("policy/ratio", 1, 1, 0.01), ("policy/ratio_first", 1, 1, 0),
        ("policy/grad_norm", 1.5, 0.7, 0.2), ("policy/updates", 8, 8, 0), ("policy/updates_left_out", 0, 0, 0),
        ("value/loss", 0.9, 0.15, 0.08), ("value/clipfrac", 0.1, 0.02, 0.02), ("value/explained_variance", 0, 0.7, 0.08),
        ("caption/eos_rate", 0.96, 1, 0.02), ("staleness", 0, 0, 0), ("learning_rate", 1e-5, 1e-5, 0), ("importance/ess", 10, 8, 0.5),
        ("importance/mean", 1, 1, 0.02),
    ];

    /// <summary>Milliseconds of a step's parts.</summary>
    static readonly (string Name, double Milliseconds)[] Parts =
        [("time/sample", 140), ("time/score", 75), ("time/reference", 57), ("time/update", 167), ("time/save", 35), ("time/wait", 12)];

    /// <summary>The event of a learning step.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="opened">The step.</param>
    /// <param name="captions">What it learned from; empty for a branch, whose captions another run wrote.</param>
    /// <param name="progress">How far the run is: 0 to 1.</param>
    /// <param name="numbers">Random numbers.</param>
    public static PolicyUpdated Update(
        Guid runId, RunSettings settings, StepOpened opened, IReadOnlyList<WrittenCaption> captions, double progress, Random numbers)
    {
        var metrics = new Dictionary<string, double>();
        foreach (var (name, from, to, noise) in Curves) metrics[name] = from + ((to - from) * Learned(progress)) + (noise * Normal(numbers));
        metrics["caption/length_mean"] = captions.Select(caption => caption.Caption.TokenIds.Count).DefaultIfEmpty(7).Average();
        foreach (var reward in captions.SelectMany(caption => caption.Scores).GroupBy(score => score.Reward, score => score.Score))
            (metrics[$"reward/{reward.Key}/mean"], metrics[$"reward/{reward.Key}/std"]) = (reward.Average(), Deviation([.. reward]));
        var timings = Parts.ToDictionary(part => part.Name, part => part.Milliseconds * (0.85 + (0.3 * numbers.NextDouble())));
        if (settings.Drawing is not null) timings["time/render"] = 480 * (0.85 + (0.3 * numbers.NextDouble()));
        var version = opened.Step + 1;
        string Hash(string what, int of) => SeededEvent.Hash($"{runId} {what} {of}");
        var parent = new PolicyRef(opened.Step, opened.Step == 0 ? settings.VersionZero() : Hash("checkpoint", opened.Step));
        return new(
            runId, version, parent, Hash("checkpoint", version), Hash("weights", version), Hash("optimiser", version), Hash("root", version),
            Hash("link", version - 1), [.. opened.Captions.Select(caption => caption.CaptionId)],
            settings.Rewards.Where(reward => reward.Value != 0).ToDictionary(reward => reward.Key, reward => new RewardNormalisation(reward.Value, 0.6, 10)),
            metrics, timings);
    }

    /// <summary>A number of the normal distribution (Box and Muller 1958).</summary>
    public static double Normal(Random numbers) =>
        Math.Sqrt(-2 * Math.Log(1 - numbers.NextDouble())) * Math.Cos(2 * Math.PI * numbers.NextDouble());

    /// <summary>Standard deviation, 0 for fewer than two.</summary>
    public static double Deviation(double[] values)
    {
        var mean = values.Average();
        return values.Length < 2 ? 0 : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }

    /// <summary>Fast at first and slow later, as learning goes: 0 to 1.</summary>
    static double Learned(double progress) => (1 - Math.Exp(-3 * progress)) / (1 - Math.Exp(-3));
}
