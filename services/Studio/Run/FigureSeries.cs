using Pipeline.Contracts;
using Pipeline.Projections.Figures;

namespace Pipeline.Studio.Run;

/// <summary>A figure in few points. Arrays have one entry a point; null where none of its steps has the figure.</summary>
/// <param name="Mean">The mean of the point's steps.</param>
/// <param name="Min">The smallest of them; null when every point is one step.</param>
/// <param name="Max">The largest of them; null when every point is one step.</param>
sealed record FigureCurve(double?[] Mean, double?[]? Min, double?[]? Max);

/// <summary>A figure of evaluations.</summary>
/// <param name="Steps">The versions measured, which are the numbers of steps that made them.</param>
/// <param name="Captions">Captions learned from until then.</param>
/// <param name="Seconds">Seconds since the run started.</param>
/// <param name="Values">The figure.</param>
sealed record EvaluationCurve(IReadOnlyList<int> Steps, IReadOnlyList<long> Captions, IReadOnlyList<double> Seconds, IReadOnlyList<double?> Values);

/// <summary>What a run's curves are drawn from.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Name">Its name.</param>
/// <param name="Started">When it started.</param>
/// <param name="LastStep">The newest step, counted from 1; 0 before the first.</param>
/// <param name="Steps">The last step of each point.</param>
/// <param name="Captions">Captions learned from until then.</param>
/// <param name="Seconds">Seconds since the run started.</param>
/// <param name="Figures">Each figure by its name, such as <c>objective/kl</c>; <c>reward</c> is what the run learns from, <c>time/step</c> (ms) a step from its
/// opening to its version, <c>captions_per_second</c> the pace.</param>
/// <param name="Evaluations">Figures of evaluations by split, decoding and name, such as <c>heldout/greedy/blip</c>.</param>
sealed record FigureSeries(
    Guid RunId, string Name, DateTimeOffset Started, int LastStep, int[] Steps, long[] Captions, double[] Seconds,
    IReadOnlyDictionary<string, FigureCurve> Figures, IReadOnlyDictionary<string, EvaluationCurve> Evaluations)
{
    /// <summary>The curves of a run in at most <paramref name="points"/> points.</summary>
    /// <param name="run">The run.</param>
    /// <param name="started">When it started.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="table">Its figures.</param>
    /// <param name="points">At least 1.</param>
    /// <param name="names">The figures that are wanted, of steps and of evaluations; null for all.</param>
    public static FigureSeries Of(
        Guid run, DateTimeOffset started, RunSettings settings, RunFigureTable table, int points, IReadOnlySet<string>? names = null)
    {
        var steps = table.Steps.Length;
        var count = Math.Min(points, steps);
        // Points share the steps evenly; the last step of all is the last of a point, so that a curve ends where the run is.
        var ends = Enumerable.Range(1, count).Select(point => (int)((long)point * steps / count)).ToArray();
        var captions = new long[steps];
        var sum = 0L;
        for (var i = 0; i < steps; i++) captions[i] = sum += table.Captions[i];
        var seconds = table.Made.Select(made => (made - started).TotalSeconds).ToArray();
        var figures = table.Names.Zip(table.Values).Concat(Derived(settings, table)).Where(figure => names is null || names.Contains(figure.First))
            .ToDictionary(figure => figure.First, figure => Curve(figure.Second, ends));
        return new(
            run, settings.Name, started, steps == 0 ? 0 : table.Steps[^1], [.. ends.Select(end => table.Steps[end - 1])],
            [.. ends.Select(end => captions[end - 1])], [.. ends.Select(end => seconds[end - 1])], figures,
            Evaluated(settings, table, captions, started).Where(curve => names is null || names.Contains(curve.Key)).ToDictionary());
    }

    /// <summary>Figures that follow from those that are recorded.</summary>
    internal static IEnumerable<(string First, double[] Second)> Derived(RunSettings settings, RunFigureTable table)
    {
        var trained = settings.Rewards.Where(reward => reward.Value != 0)
            .Select(reward => (Weight: reward.Value, Values: table.Column($"reward/{reward.Key}/mean"))).ToArray();
        // A sum without one of them would be another figure under the same name.
        yield return ("reward", [.. table.Steps.Select((_, i) => trained.Sum(reward => reward.Weight * (reward.Values?[i] ?? double.NaN)))]);
        yield return ("time/step", [.. table.Made.Zip(table.Opened, (made, opened) => (made - opened).TotalMilliseconds)]);
        yield return ("captions_per_second",
            [.. table.Made.Select((made, i) => i == 0 ? double.NaN : table.Captions[i] / Math.Max(1e-3, (made - table.Made[i - 1]).TotalSeconds))]);
    }

    static FigureCurve Curve(double[] values, int[] ends)
    {
        var isWhole = ends.Length == values.Length;
        var (mean, min, max) = (new double?[ends.Length], isWhole ? null : new double?[ends.Length], isWhole ? null : new double?[ends.Length]);
        for (int point = 0, from = 0; point < ends.Length; from = ends[point++])
        {
            var (sum, count, low, high) = (0.0, 0, double.PositiveInfinity, double.NegativeInfinity);
            for (var i = from; i < ends[point]; i++)
            {
                if (double.IsNaN(values[i])) continue;
                (sum, count, low, high) = (sum + values[i], count + 1, Math.Min(low, values[i]), Math.Max(high, values[i]));
            }
            if (count == 0) continue;
            mean[point] = sum / count;
            if (!isWhole) (min![point], max![point]) = (low, high);
        }
        return new(mean, min, max);
    }

    static Dictionary<string, EvaluationCurve> Evaluated(RunSettings settings, RunFigureTable table, long[] captions, DateTimeOffset started)
    {
        var curves = new Dictionary<string, EvaluationCurve>();
        foreach (var group in table.Evaluations.GroupBy(evaluation => $"{evaluation.Split}/{evaluation.Mode.ToString().ToLowerInvariant()}"))
        {
            EvaluationFigures[] done = [.. group.OrderBy(evaluation => evaluation.Version)];
            int[] steps = [.. done.Select(evaluation => evaluation.Version)];
            long[] seen = [.. steps.Select(step => step == 0 || captions.Length == 0 ? 0 : captions[Math.Min(step, captions.Length) - 1])];
            double[] seconds = [.. done.Select(evaluation => (evaluation.Made - started).TotalSeconds)];
            void Add(string name, Func<EvaluationFigures, double?> figure) =>
                curves[$"{group.Key}/{name}"] = new(steps, seen, seconds, [.. done.Select(figure)]);

            foreach (var name in done.SelectMany(evaluation => evaluation.Rewards.Keys).Distinct()) Add(name, evaluation => evaluation.Rewards.GetValueOrDefault(name)?.Mean);
            foreach (var name in done.SelectMany(evaluation => evaluation.Metrics.Keys).Distinct())
                Add(name, evaluation => evaluation.Metrics.TryGetValue(name, out var value) ? value : null);
            Add("reward", evaluation => Weighted(settings, evaluation));
            Add("tokens", evaluation => evaluation.CaptionLength);
        }
        return curves;
    }

    static double? Weighted(RunSettings settings, EvaluationFigures evaluation)
    {
        var sum = 0.0;
        foreach (var (name, weight) in settings.Rewards.Where(reward => reward.Value != 0))
        {
            if (!evaluation.Rewards.TryGetValue(name, out var summary)) return null;
            sum += weight * summary.Mean;
        }
        return sum;
    }
}
