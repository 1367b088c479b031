using Pipeline.Projections;
using Pipeline.Projections.Figures;
using Pipeline.Projections.Runs;
using Pipeline.Studio.Shared;

namespace Pipeline.Studio.Run;

/// <summary>Reads runs.</summary>
sealed class RunReader(ProjectionStore projections)
{
    /// <summary>A run and its figures.</summary>
    /// <exception cref="MissingException">There is no such run.</exception>
    public async Task<(RunSummary Run, RunFigureTable Figures)> ReadAsync(Guid runId, CancellationToken cancellation)
    {
        var run = await projections.RunAsync(runId, cancellation) ?? throw new MissingException($"There is no run {runId}.");
        return (run, await projections.FiguresAsync(runId, 0, cancellation));
    }
}
