using System.Collections.Concurrent;
using System.Text;
using Pipeline.Cli.Reproduce.Paper.Plan;
using Pipeline.Contracts;

namespace Pipeline.Cli.Reproduce.Paper.Measure;

/// <summary>
/// Conducts experiments: each run, then its final policy on the pictures that it learned from and on held-out ones. All of it is in the
/// store, so that an interrupted study goes on, and one that is asked for again is read.
/// </summary>
/// <param name="connection">Where.</param>
/// <param name="recipe">How runs are made.</param>
/// <param name="with">What they are made with.</param>
/// <param name="pictures">SHA-256 of the training pictures by their number.</param>
/// <param name="measurement">Measures policies.</param>
/// <param name="atOnce">How many runs are under way at once. It changes no result.</param>
sealed class Study(
    Connection connection, Recipe recipe, Ingredients with, IReadOnlyDictionary<int, string> pictures, PolicyMeasurement measurement,
    int atOnce)
{
    /// <summary>Conducts them.</summary>
    /// <param name="experiments">The experiments; two that come to the same runs share them.</param>
    /// <param name="seeds">The seeds.</param>
    /// <param name="say">Is told how far it is.</param>
    /// <param name="cancellation">Stops asking; runs that are under way go on.</param>
    public async Task<IReadOnlyList<ExperimentResult>> ConductAsync(
        IReadOnlyCollection<Experiment> experiments, IReadOnlyList<long> seeds, Action<string> say, CancellationToken cancellation)
    {
        await connection.BusAsync();
        var zero = new PolicyRef(0, with.Captioner);
        var (before, heldOut) = (new Dictionary<int, Measured>(), await measurement.MeasureAsync(zero, with.HeldOut, cancellation));
        foreach (var count in experiments.Select(experiment => experiment.Pictures).Distinct())
            before[count] = await measurement.MeasureAsync(zero, pictures[count], cancellation);

        // By settings: the same run may be a row of a table, a curve and one of several estimators.
        var jobs = (from experiment in experiments from seed in seeds select Settings(experiment, seed)).DistinctBy(Key).ToArray();
        var results = new ConcurrentDictionary<string, SeedResult>();
        say($"0 of {jobs.Length} runs are done");
        await Parallel.ForEachAsync(
            jobs, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellation }, async (settings, cancel) =>
            {
                results[Key(settings)] = await ResultAsync(settings, say, cancel);
                say($"{results.Count} of {jobs.Length} runs are done; last: {settings.Name}, seed {settings.Seed}");
            });
        return [.. experiments.Select(experiment => new ExperimentResult(
            experiment, before[experiment.Pictures], heldOut, [.. seeds.Select(seed => results[Key(Settings(experiment, seed))])]))];
    }

    RunSettings Settings(Experiment experiment, long seed) =>
        recipe.Settings(experiment, seed, with, pictures[experiment.Pictures]);

    static string Key(RunSettings settings) => Encoding.UTF8.GetString(CanonicalJson.Serialize(settings));

    async Task<SeedResult> ResultAsync(RunSettings settings, Action<string> say, CancellationToken cancellation)
    {
        var run = await new ExperimentRuns(connection, say).CompletedAsync(settings, cancellation);
        return new(
            settings.Seed, run.RunId, run.Steps[^1].Made.WeightsSha256, Math.Round((run.LastEventAt - run.StartedAt).TotalSeconds, 1),
            [.. Curve(run)], await measurement.MeasureAsync(run.Policy!, settings.TrainPictures, cancellation),
            await measurement.MeasureAsync(run.Policy!, with.HeldOut, cancellation),
            [.. run.Suspicions.Select(SuspicionText.Sentence)]);
    }

    static IEnumerable<CurvePoint> Curve(RunHistory run)
    {
        var captions = 0;
        foreach (var step in run.Steps)
            yield return new(captions += step.Made.CaptionIds.Count, run.Reward(step.Made), step.Made.Kl());
    }
}
