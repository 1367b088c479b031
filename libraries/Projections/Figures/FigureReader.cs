using System.Text.Json;
using Npgsql;
using Pipeline.Contracts;
using Pipeline.Projections.CatchUp;

namespace Pipeline.Projections.Figures;

/// <summary>Reads the tables of <see cref="StepFigures"/>.</summary>
static class FigureReader
{
    /// <summary>The figures of the steps after <paramref name="afterStep"/>.</summary>
    public static async Task<RunFigureTable> LoadAsync(NpgsqlDataSource database, Guid runId, int afterStep, CancellationToken cancellation)
    {
        // Put in order here: the database would sort the figures along, on disk.
        var rows = (await Sql.QueryAsync(
            database, "select version, opened, made, captions, figures from projection_figures where run_id = $1 and version > $2",
            row => (
                Version: row.GetInt32(0), Opened: row.GetFieldValue<DateTimeOffset>(1), Made: row.GetFieldValue<DateTimeOffset>(2),
                Captions: row.GetInt32(3), Figures: row.GetFieldValue<byte[]>(4)),
            cancellation, runId, afterStep)).OrderBy(row => row.Version).ToArray();
        // After the rows: a version that is taken in between may bring new names, which are then NaN throughout, but never lacks one.
        var names = await NamesAsync(database, runId, cancellation);
        var values = names.Select(_ => new double[rows.Length]).ToArray();
        for (var step = 0; step < rows.Length; step++)
            for (var figure = 0; figure < values.Length; figure++)
                values[figure][step] = PackedFigures.At(rows[step].Figures, figure);
        return new(
            runId, names, [.. rows.Select(row => row.Version)], [.. rows.Select(row => row.Opened)], [.. rows.Select(row => row.Made)],
            [.. rows.Select(row => row.Captions)], values, await EvaluationsAsync(database, runId, afterStep, cancellation));
    }

    /// <summary>The run's names in the order of their places.</summary>
    static Task<IReadOnlyList<string>> NamesAsync(NpgsqlDataSource database, Guid runId, CancellationToken cancellation) => Sql.QueryAsync(
        database, "select name from projection_figure_names where run_id = $1 order by place", row => row.GetString(0), cancellation, runId);

    static Task<IReadOnlyList<EvaluationFigures>> EvaluationsAsync(
        NpgsqlDataSource database, Guid runId, int fromVersion, CancellationToken cancellation) =>
        Sql.QueryAsync(
            database,
            """
            select version, split, mode, made, rewards::text, length, metrics::text from projection_evaluations
            where run_id = $1 and version >= $2 order by version, split, mode
            """,
            row => new EvaluationFigures(
                row.GetInt32(0), row.GetString(1), Enum.Parse<DecodingMode>(row.GetString(2), ignoreCase: true),
                row.GetFieldValue<DateTimeOffset>(3), Read<RewardSummary>(row.GetString(4)), row.GetDouble(5), Read<double>(row.GetString(6))),
            cancellation, runId, fromVersion);

    static Dictionary<string, T> Read<T>(string json) => JsonSerializer.Deserialize<Dictionary<string, T>>(json, ContractJson.Options)!;
}
