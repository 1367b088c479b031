using Pipeline.Contracts;

namespace Pipeline.Cli.Reports;

/// <summary>A figure of held-out captions by the field's metrics, before and after.</summary>
/// <param name="Greedy">Of greedy captions; null when one of the versions has none.</param>
/// <param name="Sampled">The same of captions sampled at the run's temperature.</param>
sealed record MetricChange(Change? Greedy, Change? Sampled)
{
    /// <summary>Every figure that the run's evaluations have, by name; none in runs from before there were any.</summary>
    public static IReadOnlyDictionary<string, MetricChange> Of(RunHistory run)
    {
        var (greedy, sampled) = (Changes(run, DecodingMode.Greedy), Changes(run, DecodingMode.Sample));
        return greedy.Keys.Union(sampled.Keys).Order(StringComparer.Ordinal)
            .ToDictionary(name => name, name => new MetricChange(greedy.GetValueOrDefault(name), sampled.GetValueOrDefault(name)));
    }

    static Dictionary<string, Change> Changes(RunHistory run, DecodingMode mode)
    {
        var before = run.Evaluation(0, BeforeAndAfter.Split, mode)?.Metrics ?? new Dictionary<string, double>();
        var after = run.Evaluation(run.Steps.Count, BeforeAndAfter.Split, mode)?.Metrics ?? new Dictionary<string, double>();
        return before.Where(metric => after.ContainsKey(metric.Key))
            .ToDictionary(metric => metric.Key, metric => new Change(metric.Value, after[metric.Key]));
    }
}
