using System.Globalization;

namespace Pipeline.Contracts;

/// <summary>What settings may be. Every problem names the key by its path in JSON, the value and the allowed range.</summary>
public static class RunSettingsValidator
{
    const long MaxSafeInteger = (1L << 53) - 1;
    static readonly string[] DrawingSchedulers = ["ddim", "pndm", "euler", "dpmsolver++"];

    /// <summary>Throws when there is a problem.</summary>
    /// <exception cref="SettingsException">Lists all problems.</exception>
    public static void Validate(RunSettings settings)
    {
        if (Problems(settings) is { Count: > 0 } problems)
            throw new SettingsException(problems);
    }

    /// <summary>All problems, in the order of the keys; empty for settings that can run.</summary>
    public static IReadOnlyList<string> Problems(RunSettings settings)
    {
        var checks = new Checks();
        Run(settings, checks);
        if (settings.Drawing is { } drawing)
            Drawing(drawing, settings, checks);
        if (settings.Branch is { } branch)
            Branch(branch, settings, checks);
        Ppo(settings.Ppo, settings, checks);
        return checks.Problems;
    }

    static void Run(RunSettings run, Checks checks)
    {
        checks.That(run.Name.Length is >= 1 and <= 100, "name", run.Name, "1 to 100 characters");
        checks.IsHash("captioner", run.Captioner);
        checks.IsHash("trainPictures", run.TrainPictures);
        if (run.HeldOutPictures is not null)
            checks.IsHash("heldOutPictures", run.HeldOutPictures);
        foreach (var (name, weight) in run.Rewards)
        {
            checks.That(name.Length > 0, "rewards", "a reward without a name", "names of rewards");
            checks.AtLeast($"rewards.{name}", weight, 0);
        }

        checks.That(run.Rewards.Values.Any(weight => weight > 0), "rewards", "no weight above 0", "at least one weight above 0");
        checks.AtLeast("steps", run.Steps, 1);
        checks.AtLeast("batchSize", run.BatchSize, 1);
        var fewest = run.Ppo.Advantage == AdvantageEstimator.Gae ? 1 : 2;
        checks.That(
            run.SamplesPerPicture >= fewest && run.BatchSize % run.SamplesPerPicture == 0, "samplesPerPicture", run.SamplesPerPicture,
            $"a divisor of batchSize ({run.BatchSize}) from {fewest} on{(fewest == 2 ? $" ({run.Ppo.Advantage.ToString().ToUpperInvariant()} compares captions)" : "")}");
        checks.AtLeast("microBatch", run.MicroBatch, 1);
        checks.Between("seed", run.Seed, 0, MaxSafeInteger);
        checks.AtLeast("maxNewTokens", run.MaxNewTokens, 1);
        checks.Above("temperature", run.Temperature, 0);
        checks.AtLeast("maxStaleness", run.MaxStaleness, 0);
        checks.AtLeast("evaluateEvery", run.EvaluateEvery, 0);
    }

    static void Drawing(DrawingSettings drawing, RunSettings run, Checks checks)
    {
        checks.That(drawing.Rewards.Count > 0, "drawing.rewards", "an empty list", "the rewards that look at pictures");
        foreach (var name in drawing.Rewards)
            checks.That(
                run.Rewards.ContainsKey(name), "drawing.rewards", name, $"rewards of the run: {string.Join(", ", run.Rewards.Keys)}");
        checks.Between("drawing.samples", drawing.Samples, 1, 64);
        checks.AtLeast("drawing.standardErrorBound", drawing.StandardErrorBound, 0);
        checks.AtLeast("drawing.microBatch", drawing.MicroBatch, 1);
        if (drawing.Scheduler is { } scheduler)
            checks.That(DrawingSchedulers.Contains(scheduler), "drawing.scheduler", scheduler, string.Join(", ", DrawingSchedulers));
        checks.AtLeast("drawing.steps", drawing.Steps ?? 1, 1);
        checks.AtLeast("drawing.guidance", drawing.Guidance ?? 1, 1);
        checks.AtLeast("drawing.size", drawing.Size ?? 8, 8);
    }

    static void Branch(BranchSettings branch, RunSettings run, Checks checks)
    {
        checks.IsHash("branch.parent.checkpoint", branch.Parent.Checkpoint);
        checks.AtLeast("branch.firstStep", branch.FirstStep, 0);
        // What is recorded is as old as it is: nothing is sampled that could be newer.
        checks.Between("maxStaleness", run.MaxStaleness, 0, 0);
        var trained = run.Rewards.Where(reward => reward.Value > 0).Select(reward => reward.Key).ToArray();
        checks.That(trained.Length == 1, "rewards", string.Join(", ", trained), "one reward of a weight above 0: a replay has the scores of one");
    }

    static void Ppo(PpoSettings ppo, RunSettings run, Checks checks)
    {
        checks.Above("ppo.learningRate", ppo.LearningRate, 0);
        checks.Above("ppo.valueLearningRate", ppo.ValueLearningRate, 0);
        checks.Between("ppo.warmupSteps", ppo.WarmupSteps, 0, run.Steps);
        checks.That(ppo.AdamBeta1 is >= 0 and < 1, "ppo.adamBeta1", ppo.AdamBeta1, "0 to below 1");
        checks.That(ppo.AdamBeta2 is >= 0 and < 1, "ppo.adamBeta2", ppo.AdamBeta2, "0 to below 1");
        checks.Above("ppo.adamEpsilon", ppo.AdamEpsilon, 0);
        checks.AtLeast("ppo.weightDecay", ppo.WeightDecay, 0);
        checks.AtLeast("ppo.maxGradNorm", ppo.MaxGradNorm, 0);
        checks.AtLeast("ppo.epochs", ppo.Epochs, 1);
        checks.Between("ppo.miniBatches", ppo.MiniBatches, 1, Math.Max(1, run.BatchSize));
        checks.Between("ppo.gradientAccumulation", ppo.GradientAccumulation, 1, Math.Max(1, run.BatchSize / Math.Max(1, ppo.MiniBatches)));
        checks.That(ppo.UnfrozenLayers is -1 or >= 1, "ppo.unfrozenLayers", ppo.UnfrozenLayers, "-1 (everything) or at least 1");
        checks.Between("ppo.gamma", ppo.Gamma, 0, 1);
        checks.Between("ppo.lambda", ppo.Lambda, 0, 1);
        checks.That(ppo.ClipRange is > 0 and <= 1, "ppo.clipRange", ppo.ClipRange, "above 0 to 1");
        checks.AtLeast("ppo.valueClipRange", ppo.ValueClipRange, 0);
        checks.AtLeast("ppo.valueCoefficient", ppo.ValueCoefficient, 0);
        checks.AtLeast("ppo.entropyCoefficient", ppo.EntropyCoefficient, 0);
        checks.AtLeast("ppo.targetKl", ppo.TargetKl, 0);
        checks.That(ppo.RatioThreshold is 0 or > 1, "ppo.ratioThreshold", ppo.RatioThreshold, "0 (no guard) or above 1");
        checks.That(ppo.ImportanceWeightCap is 0 or >= 1, "ppo.importanceWeightCap", ppo.ImportanceWeightCap, "0 (no cap) or at least 1");
        checks.AtLeast("ppo.klCoefficient", ppo.KlCoefficient, 0);
        checks.AtLeast("ppo.adaptiveKlTarget", ppo.AdaptiveKlTarget, 0);
        // A step changes the coefficient by the factor 1 +- 0.2 batchSize / horizon: a shorter horizon could turn it negative.
        checks.AtLeast("ppo.adaptiveKlHorizon", ppo.AdaptiveKlHorizon, run.BatchSize);
        checks.Above("ppo.scoreScale", ppo.ScoreScale, 0);
        checks.AtLeast("ppo.scoreClip", ppo.ScoreClip, 0);
    }

    sealed class Checks
    {
        public List<string> Problems { get; } = [];

        public void AtLeast(string key, double value, double least) => That(value >= least, key, value, $"at least {Text(least)}");

        public void Above(string key, double value, double bound) => That(value > bound, key, value, $"above {Text(bound)}");

        public void Between(string key, double value, double least, double most) =>
            That(value >= least && value <= most, key, value, $"{Text(least)} to {Text(most)}");

        public void IsHash(string key, string value) => That(
            value.Length == 64 && value.All(char.IsAsciiHexDigitLower), key, value, "a SHA-256 in 64 lower-case hexadecimal digits");

        public void That(bool holds, string key, object value, string allowed)
        {
            if (!holds || value is double number && !double.IsFinite(number))
                Problems.Add($"{key}: {Text(value)} is not allowed; allowed: {allowed}.");
        }

        static string Text(object value) => value is string text ? $"'{text}'" : Convert.ToString(value, CultureInfo.InvariantCulture)!;
    }
}
