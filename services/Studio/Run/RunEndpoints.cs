using System.Text;
using Pipeline.Client;
using Pipeline.Projections;
using Pipeline.Projections.Captions;
using Pipeline.Projections.Runs;

namespace Pipeline.Studio.Run;

/// <summary>One run: what it is, its curves, its captions, and its stop and resume.</summary>
static class RunEndpoints
{
    /// <summary>The most points of a curve: more than a screen has.</summary>
    const int MostPoints = 5000;

    /// <summary>A run with what there is to say about it.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Alarms">What a person should look at.</param>
    sealed record RunWithAlarms(RunSummary Run, IReadOnlyList<Alarm> Alarms);

    /// <summary>Maps the API.</summary>
    public static void MapRun(this IEndpointRouteBuilder api)
    {
        var runs = api.MapGroup("/runs/{runId:guid}").WithTags("Runs");
        runs.MapGet("", async (Guid runId, RunReader reader, CancellationToken cancellation) =>
            {
                var (run, figures) = await reader.ReadAsync(runId, cancellation);
                return new RunWithAlarms(run, Alarms.Of(run, figures));
            })
            .WithName("GetRun").WithSummary("A run: settings, progress, alarms in plain words").ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapGet("/figures", async (Guid runId, RunReader reader, CancellationToken cancellation, int points = 1000, string names = "") =>
            {
                if (points is < 1 or > MostPoints) throw new RequestException($"points: {points} is not from 1 to {MostPoints}");
                var (run, figures) = await reader.ReadAsync(runId, cancellation);
                return FigureSeries.Of(runId, run.Started, run.Settings, figures, points, names == "" ? null : names.Split(',').ToHashSet());
            })
            .WithName("GetFigures").WithSummary($"A run's curves, each in at most `points` points (1 to {MostPoints}) with mean, smallest and largest value; `names` has those that are wanted, with commas between them")
            .ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapGet("/figures.csv", async (Guid runId, RunReader reader, CancellationToken cancellation) =>
            {
                var (run, figures) = await reader.ReadAsync(runId, cancellation);
                return Results.File(Encoding.UTF8.GetBytes(FigureCsv.Of(run.Settings, figures)), "text/csv", $"{Format.Short(runId)}-figures.csv");
            })
            .WithName("DownloadFigures").WithSummary("Every figure of every step, as CSV").Produces<string>(contentType: "text/csv");
        runs.MapGet("/steps/{step:int}/captions", (Guid runId, int step, ProjectionStore projections, CancellationToken cancellation) =>
                projections.LearnedByAsync(runId, step, cancellation))
            .WithName("GetStepCaptions").WithSummary("The captions that step `step` (counted from 1) learned from, with their scores and what the run gives them")
            .Produces<IReadOnlyList<RewardedCaption>>();
        runs.MapPost("/stop", async (Guid runId, RunControl control, CancellationToken cancellation) =>
            {
                await control.StopAsync(runId, cancellation);
                return TypedResults.Accepted((string?)null);
            })
            .WithName("StopRun").WithSummary("Send the command to pause a run").ProducesProblem(StatusCodes.Status400BadRequest);
        runs.MapPost("/resume", async (Guid runId, RunControl control, CancellationToken cancellation) =>
            {
                await control.ResumeAsync(runId, cancellation);
                return TypedResults.Accepted((string?)null);
            })
            .WithName("ResumeRun").WithSummary("Send the command to go on with a run that was paused or failed").ProducesProblem(StatusCodes.Status400BadRequest);
    }

    /// <summary>Maps the buttons.</summary>
    public static void MapRunForms(this IEndpointRouteBuilder app)
    {
        app.MapPost("/runs/{runId:guid}/stop", async (Guid runId, RunControl control, CancellationToken cancellation) =>
        {
            await control.StopAsync(runId, cancellation);
            return Results.Redirect($"/runs/{runId}");
        }).DisableAntiforgery().ExcludeFromDescription();
        app.MapPost("/runs/{runId:guid}/resume", async (Guid runId, RunControl control, CancellationToken cancellation) =>
        {
            await control.ResumeAsync(runId, cancellation);
            return Results.Redirect($"/runs/{runId}");
        }).DisableAntiforgery().ExcludeFromDescription();
    }
}
