using Npgsql;
using Pipeline.Projections.CatchUp;
using Pipeline.Projections.Runs;

namespace Pipeline.Projections.Figures;

/// <summary>Small curves of many runs at once: each run's steps are divided evenly, and each part's mean is a point.</summary>
static class Sparklines
{
    /// <summary>What each run learns from: its trained rewards' means in their weights.</summary>
    /// <remarks>The mean of a weighted sum is the weighted sum of the means, so that each reward is averaged by itself.</remarks>
    public static async Task<IReadOnlyDictionary<Guid, IReadOnlyList<double>>> LoadAsync(
        NpgsqlDataSource database, IReadOnlyCollection<Guid> runs, int points, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        var figures = new List<(Guid RunId, string Name, double Weight)>();
        foreach (var (runId, rewards) in await RunSummaries.WeightsAsync(database, runs, cancellation))
            figures.AddRange(rewards.Where(reward => reward.Value != 0).Select(reward => (runId, $"reward/{reward.Key}/mean", reward.Value)));
        var columns = await Sql.QueryAsync(
            database,
            $"""
            select asked.run_id, asked.weight, (
                select string_agg(
                    case when length(f.figures) >= n.place * {PackedFigures.Size}
                    then substring(f.figures from (n.place - 1) * {PackedFigures.Size} + 1 for {PackedFigures.Size}) else float8send('NaN') end,
                    '' order by f.version)
                from projection_figures f where f.run_id = asked.run_id)
            from unnest($1, $2, $3) as asked (run_id, name, weight)
            join projection_figure_names n on n.run_id = asked.run_id and n.name = asked.name
            """,
            row => (RunId: row.GetGuid(0), Weight: row.GetDouble(1), Column: row.GetFieldValue<byte[]>(2)), cancellation,
            figures.Select(figure => figure.RunId).ToArray(), figures.Select(figure => figure.Name).ToArray(),
            figures.Select(figure => figure.Weight).ToArray());
        return columns.GroupBy(column => column.RunId, column => (column.Weight, column.Column))
            .ToDictionary(run => run.Key, run => Means(Sum([.. run]), points));
    }

    /// <summary>The weighted sum at each step; NaN where one of them has none.</summary>
    static double[] Sum(IReadOnlyList<(double Weight, byte[] Column)> columns) =>
    [
        .. Enumerable.Range(0, columns[0].Column.Length / PackedFigures.Size)
            .Select(step => columns.Sum(column => column.Weight * PackedFigures.At(column.Column, step))),
    ];

    static IReadOnlyList<double> Means(double[] steps, int points)
    {
        var parts = Math.Min(points, steps.Length);
        return
        [
            .. Enumerable.Range(0, parts)
                .Select(part => steps[(int)((long)part * steps.Length / parts)..(int)((part + 1L) * steps.Length / parts)].Where(double.IsFinite).ToArray())
                .Where(part => part.Length > 0).Select(part => part.Average()),
        ];
    }
}
