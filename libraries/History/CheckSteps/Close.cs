namespace Pipeline.History.CheckSteps;

/// <summary>
/// Figures that took logarithms, powers or quantiles: systems' mathematical libraries differ there in the last bits, and a history is verified on
/// other systems too.
/// </summary>
static class Close
{
    const double Relative = 1e-9;

    /// <summary>Whether two figures are equal but for the last bits.</summary>
    public static bool Are(double first, double second) => Math.Abs(first - second) <= Relative * Math.Max(1, Math.Abs(first));

    /// <summary>Whether all figures of the same names are; false when one side has none.</summary>
    public static bool Are(IReadOnlyDictionary<string, double>? first, IReadOnlyDictionary<string, double>? second) =>
        first is not null && second is not null && first.Count == second.Count
        && first.All(figure => second.TryGetValue(figure.Key, out var other) && Are(figure.Value, other));
}
