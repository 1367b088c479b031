using System.Collections.Concurrent;
using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Pipeline.Benchmarks;

/// <summary>The column "tokens/s": tokens that a benchmark said it writes, by its mean time.</summary>
public sealed class TokensPerSecond : IColumn
{
    static readonly ConcurrentDictionary<string, int> TokensOf = new();

    /// <inheritdoc/>
    public string Id => nameof(TokensPerSecond);

    /// <inheritdoc/>
    public string ColumnName => "tokens/s";

    /// <inheritdoc/>
    public bool AlwaysShow => true;

    /// <inheritdoc/>
    public ColumnCategory Category => ColumnCategory.Custom;

    /// <inheritdoc/>
    public int PriorityInCategory => 0;

    /// <inheritdoc/>
    public bool IsNumeric => true;

    /// <inheritdoc/>
    public UnitType UnitType => UnitType.Dimensionless;

    /// <inheritdoc/>
    public string Legend => "Generated tokens per second";

    /// <summary>Says how many tokens one call of a benchmark writes.</summary>
    /// <param name="benchmark">The benchmark's object; BenchmarkDotNet derives a class of its own from the benchmark's.</param>
    /// <param name="tokens">How many.</param>
    public static void Report(object benchmark, int tokens)
    {
        for (var type = benchmark.GetType(); type is not null; type = type.BaseType) TokensOf[type.Name] = tokens;
    }

    /// <inheritdoc/>
    public bool IsAvailable(Summary summary) => true;

    /// <inheritdoc/>
    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    /// <inheritdoc/>
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    /// <inheritdoc/>
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        var mean = summary[benchmarkCase]?.ResultStatistics?.Mean;
        return mean is > 0 && benchmarkCase.Descriptor.WorkloadMethod.Name.StartsWith("Sample", StringComparison.Ordinal)
            && TokensOf.TryGetValue(benchmarkCase.Descriptor.Type.Name, out var tokens)
            ? (tokens / mean.Value * 1e9).ToString("F0", CultureInfo.InvariantCulture)
            : "-";
    }
}
